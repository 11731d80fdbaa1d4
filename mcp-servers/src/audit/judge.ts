// Says of each of a writer's files what was done to it, from the chain that is left and the files' heads.
import { isMisplaced, lineOf, type Piece } from './chain.js';
import { firstPrev } from './event.js';
import type { Fault, Judgement } from './fault.js';
import type { Head } from './head.js';
import type { Scan, ScannedFile } from './scan.js';

/** One for each of the scan's files. */
export function judge(scan: Scan, chain: readonly Piece[]): Judgement[] {
  const judgements = scan.files.map((): Judgement => ({ faults: [], notes: [] }));
  const accuse = (file: number, fault: Fault) => {
    const faults = judgements[file]?.faults;
    const known = fault.kind === 'edited' && faults?.some(({ kind, line }) => kind === 'edited' && line === fault.line);
    if (!known) faults?.push(fault);
  };
  judgeOrder(scan, chain, accuse);
  judgeStrangers(scan, chain, accuse);
  scan.files.forEach((file, i) => {
    judgeLines(file, i, accuse, judgements[i]?.notes ?? []);
    judgeEnd(scan, i, lastOf(chain, i), accuse, judgements[i]?.notes ?? []);
  });
  for (const { faults } of judgements) faults.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return judgements;
}

type Accuse = (file: number, fault: Fault) => void;

/** The newest event on the chain in one file. */
export function lastOf(chain: readonly Piece[], file: number): Piece | undefined {
  return chain.findLast(({ run }) => run.file === file);
}

/** From each piece of the chain to the next. */
function judgeOrder(scan: Scan, chain: readonly Piece[], accuse: Accuse): void {
  chain.forEach((piece, i) => {
    const { run, linked } = piece;
    const before = chain[i - 1];
    const due = (before?.seq ?? 0) + 1;
    const follows = linked || (before === undefined && run.prev === firstPrev);
    if (follows && run.firstSeq !== due) {
      accuse(run.file, edited(run.from, `its seq is ${run.firstSeq}, but ${due} was due`));
    } else if (!follows && run.firstSeq === due) {
      if (before) accuse(before.run.file, edited(before.line, 'the event after it holds the hash of another line'));
      else accuse(run.file, edited(run.from, 'the first event follows none, but its prev names one'));
    } else if (!follows) {
      judgeGap(scan, before, piece, accuse);
    }
    if (before) judgePlace(scan, before, piece, accuse);
  });
}

/** Accuses the shorter of two pieces that stand in the wrong order; a file in the wrong place is named elsewhere. */
function judgePlace(scan: Scan, before: Piece, after: Piece, accuse: Accuse): void {
  const [file, nextFile] = [fileOf(scan, before), fileOf(scan, after)];
  const inOrder = file === nextFile ? before.line < after.run.from : before.run.file < after.run.file;
  if (inOrder || isMisplaced(file) || isMisplaced(nextFile)) return;
  const length = ({ run, line }: Piece) => line - run.from;
  const [moved, message] =
    length(before) < length(after)
      ? [before, `written before line ${after.run.from} of ${nextFile.log.name}, which it stands after`]
      : [after, `written after line ${before.line} of ${file.log.name}, which it stands before`];
  accuse(moved.run.file, { kind: 'reordered', line: moved.run.from, to: moved.line, message });
}

/** Events are missing between two pieces, unless lines that are no events stand where they were. */
function judgeGap(scan: Scan, before: Piece | undefined, { run }: Piece, accuse: Accuse): void {
  // What a head shows to be cut is said of its own file.
  const heads = scan.files.slice(before?.run.file ?? 0, run.file).map((file) => headOf(file)?.seq ?? 0);
  const first = Math.max(before?.seq ?? 0, ...heads) + 1;
  const missing = run.firstSeq - first - oddBetween(scan, before, run.file, run.from);
  if (missing <= 0) return;
  const file = scan.files[run.file];
  const opens = file?.first?.kind === 'start' && before?.run.file !== run.file;
  const what = `${events(first, run.firstSeq - 1)} missing before this line`;
  if (opens)
    accuse(run.file, { kind: 'file-missing', line: run.from, message: `${what}: those of an earlier day's file` });
  else accuse(run.file, { kind: 'dropped', line: run.from, message: what });
}

/** Runs and ends of runs that the chain does not go through. */
function judgeStrangers({ runs }: Scan, chain: readonly Piece[], accuse: Accuse): void {
  const reached = new Map(chain.map(({ run, line }) => [run, line]));
  for (const run of runs) {
    const line = (reached.get(run) ?? run.from - 1) + 1;
    const message = 'no event of the chain follows from it';
    if (line <= run.to) accuse(run.file, { kind: 'inserted', line, to: run.to, message });
  }
}

function judgeLines(file: ScannedFile, index: number, accuse: Accuse, notes: string[]): void {
  const { first, odd, ended } = file;
  if (first && isMisplaced(file)) accuse(index, { kind: 'misplaced', message: `its events begin on ${first.day}` });
  for (const { kind, from: line, to, why } of odd) {
    if (kind !== 'unfinished') accuse(index, { kind, line, to, message: why });
    else if (ended)
      accuse(index, { kind: 'inserted', line, to, message: `${why}, and comes after the end of the log` });
    else notes.push(`Line ${line} has no end: the writer stopped while it wrote.`);
  }
  if (file.exists && file.lines === 0) notes.push('It has no events.');
}

/** Compares the end that is left with what the head says, and with what the last events say. */
function judgeEnd(scan: Scan, index: number, last: Piece | undefined, accuse: Accuse, notes: string[]): void {
  const file = scan.files[index] as ScannedFile;
  const { log, ended, headAfter } = file;
  if (typeof headAfter !== 'object') {
    const kind = headAfter === 'malformed' ? 'head-malformed' : 'head-missing';
    accuse(index, { kind, message: `whether its end was cut cannot be told without ${log.writer}.head` });
  } else if (!file.exists) {
    const seq = headOf(file)?.seq ?? 0;
    if (seq === 0) notes.push('It was made, and nothing was written.');
    else accuse(index, { kind: 'file-missing', message: `only its head is left; it had events up to ${seq}` });
  } else {
    judgeHead(scan, index, headAfter, last, accuse, notes);
  }
  if (!last || !ended) return;
  if (last.line > ended.line) {
    accuse(index, { kind: 'inserted', line: ended.line + 1, to: last.line, message: 'comes after the end of the log' });
  } else if (ended.continued && index === scan.files.length - 1) {
    accuse(index, { kind: 'file-missing', message: `it goes on after event ${last.seq} in the file of a later day` });
  }
}

function judgeHead(
  scan: Scan,
  index: number,
  head: Head,
  last: Piece | undefined,
  accuse: Accuse,
  notes: string[],
): void {
  const file = scan.files[index] as ScannedFile;
  const seq = last?.seq ?? 0;
  const place = scan.places.get(head.hash);
  const earlier = headOf(file)?.seq ?? 0;
  if (earlier > seq) {
    const missing = earlier - seq - oddBetween(scan, last, index, file.lines + 1);
    const message = last
      ? `${events(seq + 1, earlier)} missing at its end, by its head`
      : `none of its events is left; by its head they went up to ${earlier}`;
    if (missing > 0) accuse(index, { kind: 'cut', message });
  } else if (!last || head.seq > seq) {
    return; // no events, or more since they were read
  } else if (head.seq > 0 && (place?.seq !== head.seq || place.run.file !== index)) {
    const line = head.seq >= last.run.firstSeq ? lineOf(last.run, head.seq, scan) : last.line;
    accuse(index, edited(line, 'its head holds the hash of another line, or the head was edited'));
  } else if (seq - head.seq > 1) {
    const line = place ? place.line + 1 : 1;
    accuse(index, { kind: 'inserted', line, to: last.line, message: 'comes after the last line that its head knows' });
  } else if (seq > head.seq) {
    notes.push(`Line ${last.line} is one ahead of the head: the writer was stopped between writing the two.`);
  }
}

/** As it was before the lines were read: what was written meanwhile was not cut. */
function headOf({ headBefore, headAfter }: ScannedFile): Head | undefined {
  return [headBefore, headAfter].find((head) => typeof head === 'object');
}

/** How many lines that are no events lie after a piece, and before a line. */
function oddBetween({ files }: Scan, after: Piece | undefined, file: number, line: number): number {
  let count = 0;
  files.forEach(({ odd }, i) => {
    for (const { kind, from, to } of odd) {
      const isLater = i > (after?.run.file ?? -1) || (i === after?.run.file && from > after.line);
      const isEarlier = i < file || (i === file && from < line);
      if (isLater && isEarlier && kind !== 'unfinished') count += to - from + 1;
    }
  });
  return count;
}

const edited = (line: number, message: string): Fault => ({ kind: 'edited', line, message });

const events = (from: number, to: number): string => (from === to ? `event ${from} is` : `events ${from} to ${to} are`);

const fileOf = ({ files }: Scan, { run }: Piece): ScannedFile => files[run.file] as ScannedFile;
