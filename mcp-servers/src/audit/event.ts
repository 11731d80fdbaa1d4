// An event of the audit log, and the line it becomes. `docs/audit.md` explains the fields to those who read logs.
import { hash } from 'node:crypto';
import * as z from 'zod';

export const eventKinds = ['request', 'tool', 'approval', 'command', 'connection', 'apply', 'start', 'end'] as const;
const decisions = ['allowed', 'refused', 'asked'] as const;

/** What a caller says about an event. */
const givenSchema = z.object({
  kind: z.enum(eventKinds),
  /** Name of the tool: `get_issue`. */
  tool: z.string().optional(),
  /** Id of the tool call, the same in the call's own event and in those of its requests. */
  call: z.string().optional(),
  /** What was touched: `/projects/42/issues/7`, without the query. */
  target: z.string().optional(),
  /** What a request made, as a path like `target`: `/projects/42/issues/8`. */
  created: z.string().optional(),
  /** Of requests: the `host:port` that was asked. */
  host: z.string().optional(),
  /** Its template: `/projects/:id/issues/:issue_iid`. */
  endpoint: z.string().optional(),
  method: z.string().optional(),
  /** HTTP status, or `ok`, `error`, `cancelled`, `failed`, ... */
  status: z.union([z.number(), z.string()]).optional(),
  duration_ms: z.number().optional(),
  decision: z.enum(decisions).optional(),
  /** Why it was refused or failed; never a secret. */
  reason: z.string().optional(),
  /** 2 and up for a retry. */
  attempt: z.number().optional(),
  /** GitLab's `X-Request-Id`. */
  request_id: z.string().optional(),
  bytes_in: z.number().optional(),
  bytes_out: z.number().optional(),
  query_sha256: z.string().optional(),
  body_sha256: z.string().optional(),
  /** Of the program that writes; `start` events have both. */
  version: z.string().optional(),
  pid: z.number().optional(),
});

/** `session` and `actor` stand in for the log's own. */
export type AuditEventInput = z.infer<typeof givenSchema> & {
  session?: string | undefined;
  actor?: string | undefined;
};

export const firstPrev = '0'.repeat(64);

/** What the log adds, in the order of a line. */
const stampSchema = z.object({
  time: z.iso.datetime(),
  /** 1 for a writer's first event, and one more for each that follows, over days. */
  seq: z.int().min(1),
  /** SHA-256 of the writer's line before this one, without its line feed; `firstPrev` for the first. */
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  session: z.string(),
  writer: z.string(),
  actor: z.string(),
});

/** A line of a log. */
export const auditEventSchema = z.object({ ...stampSchema.shape, ...givenSchema.shape });
export type AuditEvent = z.infer<typeof auditEventSchema>;
export type Stamp = z.infer<typeof stampSchema>;

const givenFields = Object.keys(givenSchema.shape) as (keyof typeof givenSchema.shape)[];

/** No line that is written is longer, its line feed included. */
export const maxLineBytes = 10_240;

const longFields: ReadonlySet<string> = new Set(['target', 'reason']);

/**
 * What JSON lets be although a terminal obeys it or a reader does not see it: DEL, C1, what turns the direction of writing,
 * what has no width; and the separators at which some programs end a line, so that one event would pass for two.
 */
const disguising = /[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** One line, without its line feed. Fields that are unset, and numbers that JSON cannot say, are left out. */
export function encodeEvent(stamp: Stamp, event: AuditEventInput): string {
  const line: Record<string, unknown> = { ...stamp, session: cut(stamp.session, 256), actor: cut(stamp.actor, 256) };
  for (const name of givenFields) {
    const value = event[name];
    if (typeof value === 'string') line[name] = cut(value, longFields.has(name) ? 2_000 : 256);
    else if (typeof value === 'number' && Number.isFinite(value)) line[name] = value;
  }
  return JSON.stringify(line).replace(disguising, escaped);
}

/** At most `max` characters that take at most `max` bytes in JSON. */
function cut(text: string, max: number): string {
  if (text.length * 6 <= max || (text.length <= max && bytesInJson(text) <= max)) return text;
  const start = text.slice(0, max - 3);
  return `${bytesInJson(start) <= max - 3 ? start : start.slice(0, max / 6 - 1)}…`;
}

const bytesInJson = (text: string): number => Buffer.byteLength(JSON.stringify(text).replace(disguising, escaped)) - 2;

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Of a line without its line feed, as `prev` and heads hold it. */
export function lineHash(line: string | Uint8Array): string {
  return hash('sha256', line, 'hex');
}
