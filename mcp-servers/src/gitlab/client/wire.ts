// One HTTP request, one audit event. Nothing else in the GitLab servers talks to the network.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { AuditEventInput, AuditLog } from '../../audit/index.js';
import { ToolError } from '../../kit/index.js';
import { auditFields, type Caller } from './caller.js';
import type { Method } from './endpoint.js';
import { unreachable } from './errors.js';
import type { Network } from './network.js';
import type { Redactor } from './redact.js';

export interface Outgoing {
  method: Method;
  /** With the query. */
  url: URL;
  /** `/projects/:id/issues/:issue_iid` */
  template: string;
  /** The template filled in, without the query. */
  target: string;
  headers: Record<string, string>;
  body?: string | undefined;
  /** 1 for the first. */
  attempt: number;
  caller: Caller;
  signal: AbortSignal;
  timeoutMs: number;
}

export interface Incoming {
  status: number;
  headers: IncomingHttpHeaders;
  body: Readable;
  /** Has the event name what the request made: a path like `target`. */
  made(object: string): void;
}

export interface Wire {
  network: Network;
  audit: AuditLog;
  redactor: Redactor;
}

/** An answer may take so many times the time in which it must begin; one that only trickles would hold a call for ever. */
const slowest = 20;

/**
 * Sends, has `read` take what it wants of the answer, and returns what that returns: after the event is on disk.
 * Follows no redirect and repeats nothing. Throws AuditError before anything is sent where no event could be written,
 * ToolError `unreachable` where nothing was answered, and what `read` throws.
 */
export async function exchange<Result>(
  { network, audit, redactor }: Wire,
  out: Outgoing,
  read: (incoming: Incoming) => Promise<Result>,
): Promise<Result> {
  audit.reserve();
  const started = performance.now();
  const seen: Seen = { bytes: 0 };
  try {
    const { request, dispatcher } = await network.open();
    const response = await request(out.url, {
      dispatcher,
      method: out.method,
      headers: out.headers,
      body: out.body ?? null,
      signal: out.signal,
      headersTimeout: out.timeoutMs,
      bodyTimeout: out.timeoutMs,
    });
    seen.status = response.statusCode;
    seen.requestId = text(response.headers['x-request-id']);
    const { body } = response;
    body.pause();
    body.on('data', (chunk: Buffer) => {
      seen.bytes += chunk.length;
      if (performance.now() - started > slowest * out.timeoutMs) body.destroy(tooSlow(out.timeoutMs));
    });
    try {
      const made = (object: string) => {
        seen.created = object;
      };
      return await read({ status: response.statusCode, headers: response.headers, body, made });
    } finally {
      // Nobody wants the rest; without this the connection would wait for a reader.
      if (!body.readableEnded) body.on('error', () => {}).destroy();
    }
  } catch (error) {
    seen.reason = out.signal.aborted ? 'cancelled' : (error as Error).message;
    if (isOurs(error) || out.signal.aborted) throw error;
    throw unreachable(error, out.url.origin);
  } finally {
    // What came back, and what was asked for, may hold the token.
    audit.append(redactor.value(eventOf(out, seen, performance.now() - started)));
  }
}

/** Of a request that is over, however it ended. */
function eventOf(out: Outgoing, seen: Seen, elapsedMs: number): AuditEventInput {
  return {
    kind: 'request',
    ...auditFields(out.caller),
    target: out.target,
    ...(seen.created !== undefined && { created: seen.created }),
    host: out.url.host,
    endpoint: out.template,
    method: out.method,
    status: seen.status ?? (out.signal.aborted ? 'cancelled' : 'failed'),
    duration_ms: Math.round(elapsedMs * 10) / 10,
    decision: 'allowed',
    ...(seen.reason !== undefined && { reason: seen.reason }),
    ...(out.attempt > 1 && { attempt: out.attempt }),
    ...(seen.requestId !== undefined && { request_id: seen.requestId }),
    bytes_in: seen.bytes,
    bytes_out: out.body === undefined ? 0 : Buffer.byteLength(out.body),
    ...(out.url.search && { query_sha256: sha256(out.url.search) }),
    ...(out.body !== undefined && { body_sha256: sha256(out.body) }),
  };
}

/** Not repeated: the next one would not end either. */
function tooSlow(timeoutMs: number): ToolError {
  return new ToolError(
    'too-slow',
    `The answer had not ended after ${Math.ceil((slowest * timeoutMs) / 1000)} s.`,
    'Ask for less, or raise GITLAB_TIMEOUT (seconds).',
  );
}

/** What came back, as far as it came. */
interface Seen {
  status?: number;
  requestId?: string | undefined;
  reason?: string;
  created?: string;
  bytes: number;
}

const isOurs = (error: unknown) => typeof (error as { remedy?: unknown }).remedy === 'string';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const text = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);
