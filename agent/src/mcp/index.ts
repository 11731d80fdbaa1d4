export { connectServer, type ServerConnection } from './connection.js';
export { stdioServer } from './stdio.js';
export { openToolbox } from './toolbox.js';
export { type Toolbox, type ToolInfo, type ToolOutcome, textOutcome } from './types.js';
