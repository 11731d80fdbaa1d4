export type { CommandsServerOptions } from './command-table.js';
export { createCommandsServer } from './server.js';
