export { anthropicModel, defaultModel } from './anthropic.js';
export type { Model, ModelReply, Usage } from './types.js';
