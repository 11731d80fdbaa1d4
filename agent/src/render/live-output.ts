// The output of running calls, so much of it as a person wants to watch.
import { printable } from './text.js';

/** Lines shown per call; the model sees all of it. */
const mostLines = 40;

export class LiveOutput {
  readonly #shown = new Map<string, { count: number; last: readonly string[] }>();

  /** Which lines of a call's latest output are new. */
  lines(call: string, text: string): string[] {
    const lines = printable(text).trimEnd().split('\n');
    const { count, last } = this.#shown.get(call) ?? { count: 0, last: [] };
    const added = newLines(last, lines);
    this.#shown.set(call, { count: count + added.length, last: lines });
    const room = Math.max(0, mostLines - count);
    return added.length <= room || count > mostLines ? added.slice(0, room) : [...added.slice(0, room), '… more'];
  }

  end(call: string): void {
    this.#shown.delete(call);
  }
}

/** Progress carries the latest lines, so each message may begin with what the one before it ended with. */
function newLines(last: readonly string[], lines: readonly string[]): readonly string[] {
  for (let overlap = Math.min(last.length, lines.length); overlap > 0; overlap--) {
    if (lines.slice(0, overlap).join('\n') === last.slice(-overlap).join('\n')) return lines.slice(overlap);
  }
  return lines;
}
