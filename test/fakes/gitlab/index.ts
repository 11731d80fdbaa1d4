export { generatedLog } from './ci/log.js';
export { type GitLab, type GitLabOptions, startGitLab } from './gitlab.js';
export * from './world/types.js';
