// What matters of one command's output, chosen while it goes by, in bounded memory.
import { isPassed, isSign, isSummary } from './evidence.js';
import type { LogLine } from './line.js';
import { Ring } from './ring.js';

/** Lines shown around a line that looks like a reason: causes are explained below rather than above. */
const linesBefore = 2;
const linesAfter = 12;

/**
 * Short output is kept whole, but for lines that repeat the one before. Of longer output: the last lines, because what fails comes last, and either the beginning
 * of the test runner's own summary or, where there is none, the first lines that look like reasons: later ones often
 * follow from them. A summary says it better than such lines, which tests print when they pass too. What says
 * that a test passed is left out.
 */
export class Excerpt {
  readonly #size: number;
  readonly #beginning: LogLine[] = [];
  readonly #evidence: LogLine[] = [];
  readonly #summary: LogLine[] = [];
  readonly #last: Ring<LogLine>;
  readonly #before = new Ring<LogLine>(linesBefore);
  #inSummary = false;
  #after = 0;
  #count = 0;
  #previous: string | undefined;
  readonly command: LogLine | undefined;

  /** `size` is in lines; the result has at most two more. */
  constructor(size: number, command?: LogLine) {
    this.#size = size;
    this.#last = new Ring(Math.ceil(size * 0.4));
    this.command = command;
  }

  get found(): boolean {
    return this.#evidence.length > 0 || this.#inSummary;
  }

  add(line: LogLine): void {
    if (line.text === this.#previous) return;
    this.#previous = line.text;
    this.#count++;
    if (this.#beginning.length < this.#size) this.#beginning.push(line);
    if (!isPassed(line.text)) this.#choose(line);
  }

  #choose(line: LogLine): void {
    this.#last.push(line);
    this.#inSummary ||= isSummary(line.text);
    if (this.#inSummary) this.#keep(this.#summary, [line]);
    else this.#weigh(line);
  }

  #weigh(line: LogLine): void {
    if (isSign(line.text)) {
      this.#keep(this.#evidence, this.#after > 0 ? [line] : [...this.#before.toArray(), line]);
      this.#after = linesAfter;
    } else if (this.#after > 0) {
      this.#keep(this.#evidence, [line]);
      this.#after--;
    }
    this.#before.push(line);
  }

  #keep(kept: LogLine[], lines: LogLine[]): void {
    if (kept.length + lines.length <= this.#size * 0.6) kept.push(...lines);
  }

  lines(): LogLine[] {
    const chosen = this.#inSummary ? this.#summary : this.#evidence;
    const output = this.#count <= this.#size ? this.#beginning : merge(chosen, this.#last.toArray());
    return this.command ? [this.command, ...output] : output;
  }
}

export function merge(first: readonly LogLine[], second: readonly LogLine[]): LogLine[] {
  const end = first.at(-1)?.number ?? 0;
  const lines = new Map([...first, ...second].map((line) => [line.number, line]));
  return end < (second[0]?.number ?? 0)
    ? [...first, ...second]
    : [...lines.values()].sort((a, b) => a.number - b.number);
}
