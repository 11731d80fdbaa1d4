// Lines by their number.
import { type LogLine, type Source, shorten } from './line.js';
import { readLog } from './read.js';
import { Ring } from './ring.js';

/** The last `count` lines, and how many there are. Reads the whole log. */
export async function tail(source: Source, count: number): Promise<{ lines: LogLine[]; total: number }> {
  const last = new Ring<LogLine>(count);
  let total = 0;
  for await (const line of readLog(source)) {
    last.push(shorten(line));
    total = line.number;
  }
  return { lines: last.toArray(), total };
}

/** `count` lines from number `first` on, and whether more follow. Reads no further than it must. */
export async function range(
  source: Source,
  first: number,
  count: number,
): Promise<{ lines: LogLine[]; more: boolean }> {
  const lines: LogLine[] = [];
  for await (const line of readLog(source)) {
    if (line.number < first) continue;
    if (lines.length === count) return { lines, more: true };
    lines.push(shorten(line));
  }
  return { lines, more: false };
}
