export { Context } from './context.js';
export { openContext } from './open.js';
export type { ContextOptions } from './options.js';
export type { BoundOutcome } from './results/index.js';
