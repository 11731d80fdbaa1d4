export type { GitServerOptions } from './repository.js';
export { createGitServer } from './server.js';
