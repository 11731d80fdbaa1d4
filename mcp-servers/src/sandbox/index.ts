export type { KeeperOptions } from './keeper.js';
export { createSandboxServer } from './server.js';
