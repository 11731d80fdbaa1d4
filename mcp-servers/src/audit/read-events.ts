// Events of all logs in the order of their times, a part of each file in memory at a time.
import { setTimeout } from 'node:timers/promises';
import type { AuditEvent } from './event.js';
import { readLines } from './lines.js';
import { parseEvent } from './scan.js';
import { exists, type LogFile, listLogs } from './store.js';

/** What is set must match. */
export interface EventFilter {
  session?: string | undefined;
  tool?: string | undefined;
  kind?: AuditEvent['kind'] | undefined;
  writer?: string | undefined;
  /** `404`, `error`, or a class such as `4xx`. */
  status?: string | undefined;
  /** The folder: `YYYY-MM-DD`, UTC. */
  day?: string | undefined;
  /** Inclusive. */
  since?: Date | undefined;
  /** Exclusive. */
  until?: Date | undefined;
}

export interface ReadEvent {
  event: AuditEvent;
  /** As it is on disk, without its line feed. */
  line: string;
}

export interface ReadOptions {
  filter?: EventFilter;
  /** Is told of each line that is no event, as `<day>/<writer>.jsonl:<line>`. */
  onMalformed(where: string): void;
}

/** Oldest first. Throws AuditError `audit-unreadable`. */
export async function* readEvents(home: string, options: ReadOptions): AsyncGenerator<ReadEvent, void> {
  yield* readFrom(home, new Map(), options);
}

/** The same, and then those that come, until `signal`. Throws AuditError `audit-unreadable`. */
export async function* followEvents(
  home: string,
  options: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<ReadEvent, void> {
  const cursors: Cursors = new Map();
  yield* readFrom(home, cursors, options);
  while (!signal.aborted) {
    await setTimeout(200, undefined, { signal }).catch(() => {});
    // Nobody writes to files of days that are long over.
    const recent = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    yield* readFrom(home, cursors, options, recent);
  }
}

/** How far each file was read. */
type Cursors = Map<string, { offset: number; number: number }>;

async function* readFrom(
  home: string,
  cursors: Cursors,
  options: ReadOptions,
  firstDay = '',
): AsyncGenerator<ReadEvent> {
  const { filter = {} } = options;
  const logs = listLogs(home).filter((log) => log.day >= firstDay && mayHold(log, filter) && exists(log));
  for (const day of new Set(logs.map((log) => log.day))) {
    const sources = logs.filter((log) => log.day === day).map((log) => readFile(log, cursors, options));
    yield* merge(sources);
  }
}

function mayHold({ day, writer }: LogFile, filter: EventFilter): boolean {
  if (filter.day !== undefined && day !== filter.day) return false;
  if (filter.until && day > filter.until.toISOString().slice(0, 10)) return false;
  // After midnight events may still be on the old day's file.
  if (filter.since && day < new Date(filter.since.getTime() - 86_400_000).toISOString().slice(0, 10)) return false;
  return filter.writer === undefined || writer === filter.writer;
}

async function* readFile(log: LogFile, cursors: Cursors, options: ReadOptions): AsyncGenerator<ReadEvent, void> {
  for await (const { bytes, state, number, next } of readLines(log.path, cursors.get(log.name))) {
    if (state === 'unfinished') return; // perhaps it is being written
    cursors.set(log.name, { offset: next, number });
    const event = state === 'whole' ? parseEvent(bytes) : undefined;
    if (!event) options.onMalformed(`${log.name}:${number}`);
    else if (matches(event, options.filter ?? {})) yield { event, line: bytes.toString('utf8') };
  }
}

function matches({ session, tool, kind, status, time }: AuditEvent, filter: EventFilter): boolean {
  const at = Date.parse(time);
  return (
    (filter.session === undefined || session === filter.session) &&
    (filter.tool === undefined || tool === filter.tool) &&
    (filter.kind === undefined || kind === filter.kind) &&
    (filter.status === undefined || isStatus(String(status), filter.status)) &&
    (filter.since === undefined || at >= filter.since.getTime()) &&
    (filter.until === undefined || at < filter.until.getTime())
  );
}

const isStatus = (status: string, wanted: string): boolean =>
  /^[1-5]xx$/.test(wanted) ? /^\d{3}$/.test(status) && status[0] === wanted[0] : status === wanted;

/** Each source is in order. */
async function* merge(sources: readonly AsyncGenerator<ReadEvent, void>[]): AsyncGenerator<ReadEvent, void> {
  const waiting: { next: ReadEvent; source: AsyncGenerator<ReadEvent, void> }[] = [];
  const pull = async (source: AsyncGenerator<ReadEvent, void>, at: number) => {
    const { value } = await source.next();
    if (value) waiting.splice(at, 1, { next: value, source });
    else waiting.splice(at, 1);
  };
  try {
    for (const source of sources) await pull(source, waiting.length);
    while (waiting.length > 0) {
      const times = waiting.map(({ next }) => next.event.time);
      const at = times.reduce((best, time, i) => (time < (times[best] ?? time) ? i : best), 0);
      const first = waiting[at];
      if (!first) return;
      yield first.next;
      await pull(first.source, at);
    }
  } finally {
    for (const { source } of waiting) await source.return();
  }
}
