export type { OpenCall } from './conversation.js';
export type { PlanStep, ResultBlock, SessionEvent, StopReason } from './events.js';
export { planStepSchema } from './events.js';
export { Session } from './session.js';
export {
  createLog,
  deleteSession,
  listSessions,
  newSessionId,
  readSession,
  resumeLog,
  summarise,
} from './store.js';
