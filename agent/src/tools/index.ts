export { checkedTool } from './checked-tool.js';
export { type OwnTool, type OwnTools, ownTool } from './own-tool.js';
