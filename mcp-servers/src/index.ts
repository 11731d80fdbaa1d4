export { type AuditLog, openAuditLog } from './audit/index.js';
export { type CommandsServerOptions, createCommandsServer } from './commands/index.js';
export { createFilesServer } from './files/server.js';
export { createGitServer, type GitServerOptions } from './git/index.js';
export {
  describeGitLabTools,
  type FamilyName,
  familyNames,
  GitLabConnection,
  readGitLabPolicy,
  readGitLabSettings,
} from './gitlab/index.js';
export { type HttpOptions, type HttpServing, serveHttp } from './http/index.js';
export {
  callIdKey,
  createServer,
  defineTool,
  readOnly,
  type Tool,
  ToolError,
  type ToolResult,
} from './kit/index.js';
export { createSandboxServer, type KeeperOptions } from './sandbox/index.js';
