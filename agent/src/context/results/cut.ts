// The beginning and the end of a text that is too long.
import { lineStarts } from './lines.js';

export interface Cut {
  text: string;
  /** What is missing, lines from 1 to `of`, both inclusive. */
  missing: { from: number; to: number; of: number };
}

/** At most about `max` characters, cut at the ends of lines; undefined for a text that fits. */
export function cutMiddle(text: string, max: number): Cut | undefined {
  if (text.length <= max) return undefined;
  const starts = lineStarts(text);
  const count = starts.length - 1;
  const head = starts.findLastIndex((start) => start <= max * 0.6);
  const tail = starts.findIndex((start) => text.length - start <= max * 0.4);
  const missing = { from: head + 1, to: tail, of: count };
  const note = `[... lines ${missing.from} to ${missing.to} of ${count} are not shown ...]\n`;
  const before = text.slice(0, starts[head]);
  return { text: `${before}${before.endsWith('\n') ? '' : '\n'}${note}${text.slice(starts[tail])}`, missing };
}
