export { type Workspace, workspaceOf } from './workspace.js';
