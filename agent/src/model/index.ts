export { contextWindow } from './abilities.js';
export { anthropicModel } from './anthropic.js';
export { createModel, type ModelSettings } from './create.js';
export { costOf } from './prices.js';
export { defaultModel } from './provider.js';
export type { Model, ModelReply, Usage } from './types.js';
