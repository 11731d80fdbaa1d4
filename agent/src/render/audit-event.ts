import type { AuditEvent } from '@cofferdam/mcp-servers/audit';
import { oneLine } from './text.js';

/** One event on one line: `2026-03-01T08:00:00.000Z  files-1-ab  request  get_issue  GET /projects/42  404  12 ms`. */
export function describeEvent(event: AuditEvent): string {
  const { time, session, kind, tool, method, target, status, duration_ms, decision, reason, attempt } = event;
  const object = [method, target].filter((part) => part !== undefined).join(' ');
  const parts = [
    time,
    session,
    kind,
    tool,
    object || undefined,
    status,
    duration_ms === undefined ? undefined : `${duration_ms} ms`,
    attempt === undefined ? undefined : `attempt ${attempt}`,
    decision === 'allowed' ? undefined : decision,
    reason,
  ];
  return parts.flatMap((part) => (part === undefined ? [] : oneLine(String(part), 500))).join('  ');
}
