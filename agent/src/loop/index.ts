export { type Agent, type LiveEvent, Stop } from './agent.js';
export { planName, planTool, withIds } from './plan.js';
export { type Outcome, run } from './run.js';
