// Verifies every log: a report a file.
import { type Piece, traceChain } from './chain.js';
import { firstPrev } from './event.js';
import type { Fault, Judgement } from './fault.js';
import type { Head } from './head.js';
import { judge, lastOf } from './judge.js';
import type { KeptHead } from './kept-heads.js';
import { nothingScanned, type Scan, scanFile } from './scan.js';
import { type LogFile, listLogs } from './store.js';

export interface FileReport extends Judgement {
  /** `<day>/<writer>.jsonl` */
  file: string;
  day: string;
  writer: string;
  /** Nothing is wrong with it. */
  ok: boolean;
  lines: number;
  /** The last event's number and hash; null where there is none. Worth keeping elsewhere. */
  head: Head | null;
  /** The writer ended it: nothing can follow. */
  closed: boolean;
}

/**
 * Reads all logs below `<home>/audit`, writer by writer, and compares them with heads that were `kept`. Memory is bounded
 * by the number of faults, not by the size of logs. Throws AuditError `audit-unreadable`.
 */
export async function* verifyLogs(home: string, kept: readonly KeptHead[] = []): AsyncGenerator<FileReport, void> {
  const logs = byWriter(listLogs(home));
  const heads = byWriter(kept);
  for (const writer of [...new Set([...logs.keys(), ...heads.keys()])].sort()) {
    yield* await verifyWriter(writer);
  }

  async function verifyWriter(writer: string): Promise<FileReport[]> {
    const keptHere = heads.get(writer) ?? [];
    const wanted = new Set(keptHere.map(({ hash }) => hash));
    let found = await scanAll(home, writer, logs.get(writer) ?? [], wanted);
    const unknown = unplaced(found);
    // Only where something does not follow: where lines belong that follow from the middle of a run.
    if (unknown.length > 0) {
      const listed = found.files.map(({ log }) => log);
      found = await scanAll(home, writer, listed, new Set([...wanted, ...unknown]));
    }
    const reports = report(found, traceChain(found));
    for (const head of keptHere) {
      const place = found.places.get(head.hash);
      if (place?.seq !== head.seq) accuse(reports, head);
    }
    return reports;
  }
}

async function scanAll(
  home: string,
  writer: string,
  logs: readonly LogFile[],
  wanted: ReadonlySet<string>,
): Promise<Scan> {
  const found = nothingScanned(writer);
  for (let next = logs; next.length > 0; ) {
    for (const log of next) await scanFile(log, wanted, found);
    // Midnight may have passed since the files were listed.
    const goesOn = found.files.at(-1)?.ended?.continued === true;
    next = goesOn ? listLogs(home).filter((log) => log.writer === writer && isNew(log, found)) : [];
  }
  return found;
}

const isNew = ({ name }: LogFile, { files }: Scan): boolean => files.every(({ log }) => log.name !== name);

function byWriter<Item extends { writer: string }>(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(item.writer);
    if (group) group.push(item);
    else groups.set(item.writer, [item]);
  }
  return groups;
}

/** Hashes that lines and heads name, of lines that the scan did not note. */
function unplaced({ runs, files, places }: Scan): string[] {
  const heads = files.flatMap(({ headAfter }) => (typeof headAfter === 'object' ? headAfter.hash : []));
  return [...runs.map(({ prev }) => prev), ...heads].filter((hash) => !places.has(hash) && hash !== firstPrev);
}

function report(found: Scan, chain: readonly Piece[]): FileReport[] {
  const judgements = judge(found, chain);
  return found.files.map(({ log, lines, ended }, i) => {
    const { faults, notes } = judgements[i] as Judgement;
    const last = lastOf(chain, i);
    if (found.incomplete) {
      faults.push({ kind: 'malformed', message: 'so much does not follow that the rest was not examined' });
    }
    return {
      file: log.name,
      day: log.day,
      writer: log.writer,
      ok: faults.length === 0,
      lines,
      head: last?.hash === undefined ? null : { seq: last.seq, hash: last.hash },
      closed: ended !== undefined,
      faults,
      notes,
    };
  });
}

/** Adds to the report of the file that the head was of, which may be gone. */
function accuse(reports: FileReport[], { file, writer, seq }: KeptHead): void {
  const of = reports.find((report) => report.file === file);
  const message =
    of === undefined
      ? `the whole file is gone; a kept head says that it had events up to ${seq}`
      : seq > (of.head?.seq ?? 0)
        ? `a kept head says that it had events up to ${seq}`
        : `a kept head holds another hash of event ${seq}: the log was written anew up to there or beyond`;
  const fault: Fault = { kind: 'kept-head', message };
  if (of) {
    of.faults.push(fault);
    of.ok = false;
  } else {
    const day = file.slice(0, 10);
    reports.push({ file, day, writer, ok: false, lines: 0, head: null, closed: false, faults: [fault], notes: [] });
  }
}
