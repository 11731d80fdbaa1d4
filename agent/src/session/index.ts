export { Conversation, type OpenCall } from './conversation.js';
export { effective } from './effective.js';
export {
  type LoggedEvent,
  type PlanStep,
  planStepSchema,
  type ResultBlock,
  type SessionEvent,
  type StopReason,
  stepStatusSchema,
  type UserBlock,
} from './events.js';
export { forkLog } from './fork.js';
export type { SessionLog } from './log.js';
export { searchSessions } from './search.js';
export { Session } from './session.js';
export {
  createLog,
  deleteSession,
  findSession,
  type ListedSession,
  listSessions,
  newSessionId,
  readSession,
  resumeLog,
  sessionFolder,
} from './store.js';
export { type SessionSummary, summarise, textOf } from './summary.js';
export { Totals } from './totals.js';
