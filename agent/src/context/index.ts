export { type BoundOutcome, Context, openContext } from './context.js';
export type { ContextOptions } from './options.js';
