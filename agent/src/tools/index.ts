export { checkedTool } from './checked-tool.js';
export { type OwnTool, type OwnTools, ownServer, ownTool } from './own-tool.js';
