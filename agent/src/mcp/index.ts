export { connectServer, type ServerConnection } from './connection.js';
export { isRunning, type ServerCommand, type ServerProcess, startServer } from './server-process.js';
export { startedServer, stdioServer } from './stdio.js';
export { openToolbox } from './toolbox.js';
export { type Toolbox, type ToolInfo, type ToolOutcome, textOutcome } from './types.js';
