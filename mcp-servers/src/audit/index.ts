export { AuditError, type AuditErrorCode } from './errors.js';
export { type AuditEvent, type AuditEventInput, auditEventSchema } from './event.js';
export { type AuditLog, type AuditLogOptions, openAuditLog } from './log.js';
