export type { LiveEvent } from './agent.js';
export { closeOpenCalls } from './calls.js';
export { planName, planTool, withIds } from './plan.js';
export { type Outcome, run } from './run.js';
