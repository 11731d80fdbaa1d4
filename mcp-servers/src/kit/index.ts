export { ToolError } from './errors.js';
export { callIdKey, createServer } from './server.js';
export { serveStdio } from './stdio.js';
export {
  defineTool,
  readOnly,
  type Tool,
  type ToolContext,
  type ToolResult,
} from './tool.js';
