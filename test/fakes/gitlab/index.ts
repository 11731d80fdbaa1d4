export { generatedLog } from './ci/log.js';
export { type GitLab, type GitLabOptions, startGitLab } from './gitlab.js';
export type { Demo } from './seed.js';
export * from './world/types.js';
export type { World } from './world/world.js';
