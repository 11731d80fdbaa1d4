// Sums up events, session by session.
import type { AuditEvent } from './event.js';

export interface SessionReport {
  session: string;
  /** ISO 8601, of the first event and the last. */
  from: string;
  to: string;
  actors: string[];
  writers: string[];
  /** How many events of each kind. */
  events: Partial<Record<AuditEvent['kind'], number>>;
  tools: { tool: string; calls: number }[];
  /** By `METHOD /template`, with how many of each status. */
  requests: { endpoint: string; count: number; statuses: Record<string, number> }[];
  /** What we or the other side refused, oldest first. */
  refused: Refusal[];
  /** Distinct objects that requests and applied changes touched. */
  targets: string[];
  /** `host:port` of requests and connections. */
  hosts: string[];
  /** Refusals, targets and hosts beyond the first 10,000 of each are counted here only; a target each time it comes. */
  unlisted: number;
  bytes_in: number;
  bytes_out: number;
  /** Of all requests and commands, one after the other. */
  duration_ms: number;
}

export interface Refusal {
  time: string;
  kind: AuditEvent['kind'];
  tool?: string;
  method?: string;
  target?: string;
  status?: number | string;
  /** `us` before anything was sent, `them` with a 401, 403 or 404. */
  by: 'us' | 'them';
  reason?: string;
}

const mostListed = 10_000;

/** In the order in which the sessions began. */
export async function reportSessions(events: AsyncIterable<{ event: AuditEvent }>): Promise<SessionReport[]> {
  const sessions = new Map<string, SessionSummary>();
  for await (const { event } of events) {
    const summary = sessions.get(event.session) ?? new SessionSummary(event);
    sessions.set(event.session, summary);
    summary.add(event);
  }
  return [...sessions.values()].map((summary) => summary.report());
}

class SessionSummary {
  readonly #session: string;
  readonly #from: string;
  #to: string;
  readonly #actors = new Set<string>();
  readonly #writers = new Set<string>();
  readonly #kinds = new Map<AuditEvent['kind'], number>();
  /** Ids of calls; a call without one is counted by a name of its own. */
  readonly #calls = new Map<string, Set<string>>();
  readonly #requests = new Map<string, Map<string, number>>();
  readonly #refused: Refusal[] = [];
  readonly #refusedCalls = new Set<string>();
  readonly #targets = new Set<string>();
  readonly #hosts = new Set<string>();
  #unlisted = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #duration = 0;

  constructor({ session, time }: AuditEvent) {
    this.#session = session;
    this.#from = time;
    this.#to = time;
  }

  add(event: AuditEvent): void {
    const { kind, tool, target, created, host, time } = event;
    this.#to = time;
    if (kind !== 'start' && kind !== 'end') this.#actors.add(event.actor);
    this.#writers.add(event.writer);
    increment(this.#kinds, kind);
    if (tool !== undefined && kind !== 'approval') this.#addCall(tool, event);
    if (kind === 'request') increment(entry(this.#requests, endpointOf(event)), String(event.status ?? 'none'));
    if (target !== undefined && (kind === 'request' || kind === 'apply')) this.#list(this.#targets, target);
    if (created !== undefined) this.#list(this.#targets, created);
    const asked = kind === 'connection' ? target : host;
    if (asked !== undefined) this.#list(this.#hosts, asked);
    this.#addRefusal(event);
    if (kind === 'tool') return; // its requests were added up one by one
    this.#bytesIn += event.bytes_in ?? 0;
    this.#bytesOut += event.bytes_out ?? 0;
    this.#duration += event.duration_ms ?? 0;
  }

  report(): SessionReport {
    return {
      session: this.#session,
      from: this.#from,
      to: this.#to,
      actors: [...this.#actors].sort(),
      writers: [...this.#writers].sort(),
      events: Object.fromEntries(this.#kinds),
      tools: byCount([...this.#calls].map(([tool, calls]) => ({ tool, count: calls.size }))).map(({ tool, count }) => ({
        tool,
        calls: count,
      })),
      requests: byCount(
        [...this.#requests].map(([endpoint, statuses]) => ({
          endpoint,
          count: [...statuses.values()].reduce((sum, one) => sum + one, 0),
          statuses: Object.fromEntries([...statuses].sort()),
        })),
      ),
      refused: this.#refused,
      targets: [...this.#targets].sort(),
      hosts: [...this.#hosts].sort(),
      unlisted: this.#unlisted,
      bytes_in: this.#bytesIn,
      bytes_out: this.#bytesOut,
      duration_ms: Math.round(this.#duration),
    };
  }

  #addCall(tool: string, { kind, call, seq, writer }: AuditEvent): void {
    const calls = this.#calls.get(tool) ?? new Set();
    this.#calls.set(tool, calls);
    if (call !== undefined) calls.add(call);
    else if (kind === 'tool') calls.add(`${writer} ${seq}`);
  }

  #addRefusal({ time, kind, tool, call = '', method, target, status, decision, reason }: AuditEvent): void {
    const byThem = kind === 'request' && (status === 401 || status === 403 || status === 404);
    if (decision !== 'refused' && !byThem) return;
    if (kind === 'tool' && this.#refusedCalls.has(call)) return; // listed with its request
    if (decision === 'refused' && call && kind !== 'tool') this.#refusedCalls.add(call);
    if (this.#refused.length >= mostListed) this.#unlisted += 1;
    else {
      this.#refused.push({
        time,
        kind,
        ...(tool !== undefined && { tool }),
        ...(method !== undefined && { method }),
        ...(target !== undefined && { target }),
        ...(status !== undefined && { status }),
        by: decision === 'refused' ? 'us' : 'them',
        ...(reason !== undefined && { reason }),
      });
    }
  }

  #list(set: Set<string>, value: string): void {
    if (set.size < mostListed) set.add(value);
    else if (!set.has(value)) this.#unlisted += 1;
  }
}

const endpointOf = ({ method = '?', endpoint = 'other' }: AuditEvent): string => `${method} ${endpoint}`;

function entry(map: Map<string, Map<string, number>>, key: string): Map<string, number> {
  const found = map.get(key) ?? new Map<string, number>();
  map.set(key, found);
  return found;
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const byCount = <Item extends { count: number }>(items: Item[]): Item[] => items.sort((a, b) => b.count - a.count);
