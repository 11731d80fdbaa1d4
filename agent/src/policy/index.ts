export { type Answer, type Approver, everything, nobody, type Question } from './approver.js';
export { type ApprovalMode, approvalModes, decide } from './decide.js';
export type { Limits } from './limits.js';
export { loadPolicy } from './load.js';
export type { Policy } from './policy.js';
export { forget, remember } from './remember.js';
export {
  type CallFacts,
  type Decision,
  type RuleSource,
  type SessionMode,
  type Situation,
  sessionModes,
  type Verdict,
} from './types.js';
