export { Context, openContext } from './context.js';
export type { ContextOptions } from './options.js';
export type { BoundOutcome } from './results/index.js';
