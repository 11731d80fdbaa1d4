export { type Answer, type Approver, everything, nobody, type Question } from './approver.js';
export { callOf } from './call.js';
export { describeDecision, describeKnownCommands, describePolicy, describeSource } from './describe.js';
export type { Limits } from './limits.js';
export { loadPolicy } from './load.js';
export { nearest } from './nearest.js';
export type { Policy } from './policy.js';
export { forget, remember } from './remember.js';
export { policyJsonSchema } from './schema.js';
export {
  type CallFacts,
  type Decision,
  type RuleSource,
  type SessionMode,
  type Situation,
  sessionModes,
  type Verdict,
} from './types.js';
