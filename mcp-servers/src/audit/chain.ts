// Finds, among the runs of a scan, the chain that leads to the newest event. What is not on it was put there by others.
import { firstPrev } from './event.js';
import type { Place, Run, Scan, ScannedFile } from './scan.js';

/** A run as far as it is on the chain. */
export interface Piece {
  run: Run;
  /** Its last line on the chain, that line's number among events, and its hash where it is known. */
  line: number;
  seq: number;
  hash: string | undefined;
  /** Its first line holds the hash of the last line of the piece before it. */
  linked: boolean;
}

/** Oldest first. */
export function traceChain(scan: Scan): Piece[] {
  const pieces: Piece[] = [];
  const used = new Set<Run>();
  let at = newest(scan);
  let hash = at?.run.hash;
  while (at) {
    const { run, line, seq }: Place = at;
    used.add(run);
    const origin = scan.places.get(run.prev);
    const linked = origin !== undefined && !used.has(origin.run);
    pieces.push({ run, line, seq, hash, linked });
    at = linked ? origin : likelyBefore(run, scan, used);
    hash = linked ? run.prev : at && at.line === at.run.to ? at.run.hash : undefined;
  }
  return pieces.reverse();
}

/** True for a file whose events are of another day than its folder. */
export const isMisplaced = ({ first, log }: ScannedFile): boolean => first !== undefined && first.day !== log.day;

/** The end of the run that the last file's head knows, else of the last run. */
function newest({ runs, files, places }: Scan): Place | undefined {
  const inPlace = runs.filter(({ file }) => !isMisplaced(files[file] as ScannedFile));
  const last = (inPlace.length > 0 ? inPlace : runs).at(-1);
  if (!last) return undefined;
  const head = files[last.file]?.headAfter;
  const known = typeof head === 'object' ? places.get(head.hash)?.run : undefined;
  return endOf(known ?? last);
}

/** What came before a run whose first line holds the hash of no line that is left. */
function likelyBefore(run: Run, scan: Scan, used: ReadonlySet<Run>): Place | undefined {
  const misnumbered = scan.runs[scan.runs.indexOf(run) - 1];
  if (misnumbered && !used.has(misnumbered) && isMisnumbered(misnumbered, run, scan)) return endOf(misnumbered);
  let best: Place | undefined;
  for (const candidate of scan.runs) {
    if (used.has(candidate) || candidate.firstSeq >= run.firstSeq) continue;
    const seq = Math.min(candidate.lastSeq, run.firstSeq - 1);
    if (best === undefined || seq > best.seq) best = { run: candidate, seq, line: 0 };
  }
  return best && { ...best, line: lineOf(best.run, best.seq, scan) };
}

/** True for one line that stands where it belongs, by its hashes, but whose `seq` is another than the one due. */
function isMisnumbered({ from, to, prev, firstSeq }: Run, next: Run, { places }: Scan): boolean {
  const due = prev === firstPrev ? 1 : (places.get(prev)?.seq ?? Number.NaN) + 1;
  return from === to && firstSeq !== due && due + 1 === next.firstSeq;
}

const endOf = (run: Run): Place => ({ run, line: run.to, seq: run.lastSeq });

/** The number of the line that holds an event of a run; lines that are no events may lie in between. */
export function lineOf({ file, from, firstSeq }: Run, seq: number, { files }: Scan): number {
  let line = from + seq - firstSeq;
  for (const odd of files[file]?.odd ?? []) {
    if (odd.from > from && odd.from <= line) line += odd.to - odd.from + 1;
  }
  return line;
}
