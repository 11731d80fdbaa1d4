export { AuditError, type AuditErrorCode } from './errors.js';
export { type AuditEvent, type AuditEventInput, auditEventSchema, eventKinds } from './event.js';
export type { Fault, FaultKind } from './fault.js';
export { type KeptHead, readKeptHeads } from './kept-heads.js';
export { type AuditLog, type AuditLogOptions, openAuditLog } from './log.js';
export { type EventFilter, followEvents, type ReadEvent, readEvents } from './read-events.js';
export { type Refusal, reportSessions, type SessionReport } from './report.js';
export { type FileReport, verifyLogs } from './verify.js';
