export type { Agent, LiveEvent } from './agent.js';
export { type Outcome, run } from './run.js';
