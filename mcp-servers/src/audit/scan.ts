// Reads all that one writer left, and finds where its lines do not follow from one another.
import { type AuditEvent, auditEventSchema, lineHash } from './event.js';
import type { Head } from './head.js';
import { type Line, readLines } from './lines.js';
import { exists, type LogFile, readHead } from './store.js';

/** Lines of one file, each of which holds the hash and the next number of the one before it. */
export interface Run {
  /** Index into the scan's files. */
  file: number;
  /** Line numbers. */
  from: number;
  to: number;
  firstSeq: number;
  lastSeq: number;
  /** What the first line holds, and what the last line has. */
  prev: string;
  hash: string;
}

export interface Place {
  run: Run;
  line: number;
  seq: number;
}

/** Lines that are no events of this writer, and so no part of any run. */
interface Odd {
  kind: 'malformed' | 'foreign' | 'unfinished';
  from: number;
  to: number;
  why: string;
}

export interface ScannedFile {
  log: LogFile;
  /** Read before the lines were, and after. */
  headBefore: Head | 'malformed' | undefined;
  headAfter: Head | 'malformed' | undefined;
  /** False where only its head is left. */
  exists: boolean;
  lines: number;
  /** What its first event says. */
  first?: { kind: AuditEvent['kind']; day: string };
  /** The first event that says that this is the end. */
  ended?: { line: number; continued: boolean };
  odd: Odd[];
}

export interface Scan {
  writer: string;
  files: ScannedFile[];
  runs: Run[];
  /** By hash: ends of runs, the line before the last of each file, and those that were asked for. */
  places: Map<string, Place>;
  /** There was more that does not follow than is kept in mind. */
  incomplete: boolean;
}

const mostBreaks = 10_000;

export const nothingScanned = (writer: string): Scan => ({
  writer,
  files: [],
  runs: [],
  places: new Map(),
  incomplete: false,
});

/** Adds what a file holds. Throws AuditError `audit-unreadable`. */
export async function scanFile(log: LogFile, wanted: ReadonlySet<string>, result: Scan): Promise<void> {
  const { runs, places, files } = result;
  const headBefore = readHead(log);
  const file: ScannedFile = { log, headBefore, headAfter: undefined, exists: exists(log), lines: 0, odd: [] };
  const index = files.push(file) - 1;
  let run: Run | undefined;
  let beforeLast: [string, Place] | undefined;
  const note = (hash: string, place: Place) => places.has(hash) || places.set(hash, place);
  const endRun = () => run && note(run.hash, { run, line: run.to, seq: run.lastSeq });

  if (file.exists) {
    for await (const line of readLines(log.path)) {
      if (runs.length + file.odd.length >= mostBreaks) {
        result.incomplete = true;
        break;
      }
      file.lines = line.number;
      const event = read(line, result.writer, file.odd);
      if (!event) continue;
      file.first ??= { kind: event.kind, day: event.time.slice(0, 10) };
      if (event.kind === 'end') file.ended ??= { line: line.number, continued: event.status === 'continued' };
      const hash = lineHash(line.bytes);
      if (run && event.prev === run.hash && event.seq === run.lastSeq + 1) {
        beforeLast = [run.hash, { run, line: run.to, seq: run.lastSeq }];
        run.to = line.number;
        run.lastSeq = event.seq;
        run.hash = hash;
      } else {
        endRun();
        const at = { file: index, from: line.number, to: line.number };
        run = { ...at, firstSeq: event.seq, lastSeq: event.seq, prev: event.prev, hash };
        runs.push(run);
      }
      if (wanted.has(hash)) note(hash, { run, line: line.number, seq: event.seq });
    }
  }
  endRun();
  if (beforeLast) note(...beforeLast);
  file.headAfter = readHead(log);
}

/** The event that a line is, or undefined after saying in `odd` why it is none. */
function read(line: Line, writer: string, odd: Odd[]): AuditEvent | undefined {
  if (line.state === 'too-long') return oddLine('malformed', 'is longer than any event', line, odd);
  if (line.state === 'unfinished') return oddLine('unfinished', 'has no end', line, odd);
  const event = parseEvent(line.bytes);
  if (!event) return oddLine('malformed', 'is no event', line, odd);
  if (event.writer !== writer)
    return oddLine('foreign', `names ${event.writer.slice(0, 256)} as its writer`, line, odd);
  return event;
}

function oddLine(kind: Odd['kind'], why: string, { number }: Line, odd: Odd[]): undefined {
  const last = odd.at(-1);
  if (last?.kind === kind && last.why === why && last.to === number - 1) last.to = number;
  else odd.push({ kind, from: number, to: number, why });
}

export function parseEvent(bytes: Buffer): AuditEvent | undefined {
  try {
    return auditEventSchema.safeParse(JSON.parse(bytes.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
