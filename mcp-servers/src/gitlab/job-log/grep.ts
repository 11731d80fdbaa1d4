// Lines that match, with what stands around them.
import { type LogLine, type Source, shorten } from './line.js';
import { matcherFor, type Pattern } from './pattern.js';
import { readLog } from './read.js';
import { Ring } from './ring.js';

export interface GrepOptions extends Pattern {
  /** Lines shown before and after each match. */
  context: number;
  maxMatches: number;
  /** Number of the line to begin with; default 1. */
  from?: number;
}

export interface GrepResult {
  /** Matches and their context, in order. */
  lines: LogLine[];
  /** Numbers of the lines that match. */
  matches: number[];
  /** Number of the next line that matches: call again from there. Null where there is none. */
  next: number | null;
}

/** Reads until one match more than is wanted. Throws ToolError `bad-pattern`. */
export async function grep(
  source: Source,
  { context, maxMatches, from = 1, ...pattern }: GrepOptions,
): Promise<GrepResult> {
  const find = await matcherFor(pattern);
  const lines: LogLine[] = [];
  const matches: number[] = [];
  let before = new Ring<LogLine>(context);
  let after = 0;
  for await (const line of readLog(source)) {
    if (line.number < from) continue;
    const at = find(line.text);
    if (at >= 0 && matches.length === maxMatches) return { lines, matches, next: line.number };
    if (at >= 0) {
      lines.push(...before.toArray(), shorten(line, at));
      matches.push(line.number);
      before = new Ring(context);
      after = context;
    } else if (after > 0) {
      lines.push(shorten(line));
      after--;
    } else {
      before.push(shorten(line));
    }
  }
  return { lines, matches, next: null };
}
