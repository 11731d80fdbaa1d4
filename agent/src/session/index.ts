export { Conversation, type OpenCall } from './conversation.js';
export { effective, startOf } from './effective.js';
export {
  type LoggedEvent,
  type PlanStep,
  planStepSchema,
  type ResultBlock,
  type SessionEvent,
  type StopReason,
  stepStatusSchema,
  type UserBlock,
  userBlockSchema,
} from './events.js';
export { forkLog } from './fork.js';
export type { SessionLog } from './log.js';
export { Session } from './session.js';
export {
  createLog,
  deleteSession,
  listSessions,
  newSessionId,
  readSession,
  resumeLog,
  type SessionSummary,
  sessionFolder,
  summarise,
} from './store.js';
export { Totals } from './totals.js';
