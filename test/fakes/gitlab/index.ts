export { type GitLab, type GitLabOptions, startGitLab } from './gitlab.js';
export { generatedLog } from './services/ci/log.js';
export * from './world/types.js';
