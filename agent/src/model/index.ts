export { contextWindow } from './abilities.js';
export { anthropicModel, defaultModel } from './anthropic.js';
export { costOf } from './prices.js';
export type { Model, ModelReply, Usage } from './types.js';
