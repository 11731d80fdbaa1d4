// The raw trace, cleaned, line by line. Holds no more than one line at a time, however long the log is.
import type { LogLine, Source } from './line.js';
import { SectionTracker } from './section.js';
import { LineSplitter } from './split.js';
import { asShown } from './terminal.js';
import { type Stamped, Timestamps } from './timestamps.js';

/** The same form that GitLab recognises; the lengths are ours. */
const marker = /section_(start|end):(\d{1,16}):([A-Za-z0-9_.-]{1,200})(?:\[[^\]\r]{0,500}\])?\r\x1B\[0K/g;

/** The runner echoes commands in bold green. */
const echoed = /^(?:\x1B\[0K)?\x1B\[32;1m\$ /;

export async function* readLog(source: Source, tracker = new SectionTracker()): AsyncGenerator<LogLine> {
  const parser = new LogParser(tracker);
  for await (const chunk of source) yield* parser.push(chunk);
  yield* parser.end();
}

/** As `readLog` for a piece of the trace that is at hand. */
export function cleaned(trace: string): string {
  const parser = new LogParser(new SectionTracker());
  return [...parser.push(trace), ...parser.end()].map(({ text }) => text).join('\n');
}

class LogParser {
  readonly #splitter = new LineSplitter();
  readonly #timestamps = new Timestamps();
  readonly #tracker: SectionTracker;
  #number = 1;

  constructor(tracker: SectionTracker) {
    this.#tracker = tracker;
  }

  *push(chunk: Uint8Array | string): Generator<LogLine> {
    for (const line of this.#splitter.push(chunk)) {
      for (const stamped of this.#timestamps.push(line)) yield* this.#lines(stamped);
    }
  }

  *end(): Generator<LogLine> {
    for (const line of this.#splitter.end()) {
      // Runners end with a change of colour, which is no line of its own.
      if (asShown(line) === '') continue;
      for (const stamped of this.#timestamps.push(line)) yield* this.#lines(stamped);
    }
    for (const stamped of this.#timestamps.end()) yield* this.#lines(stamped);
  }

  /** Markers cut a line into pieces that lie in different sections; pieces that show nothing are no lines. */
  *#lines({ raw, ...stamp }: Stamped): Generator<LogLine> {
    if (!raw.includes('section_')) {
      yield this.#line(raw, stamp);
      return;
    }
    let start = 0;
    for (const { 0: whole, 1: what, 2: time, 3: name = '', index } of raw.matchAll(marker)) {
      const piece = raw.slice(start, index);
      if (asShown(piece).trim() !== '') yield this.#line(piece, stamp);
      if (what === 'start') this.#tracker.start(name, seconds(time), this.#number);
      else this.#tracker.end(name, seconds(time));
      start = index + whole.length;
    }
    const rest = raw.slice(start);
    if (start === 0 || asShown(rest).trim() !== '') yield this.#line(rest, stamp);
  }

  #line(raw: string, stamp: Omit<Stamped, 'raw'>): LogLine {
    const text = asShown(raw);
    const number = this.#number++;
    this.#tracker.line(number, text);
    return { number, text, section: this.#tracker.path, ...stamp, ...(echoed.test(raw) ? { command: true } : {}) };
  }
}

/** Some scripts write milliseconds in their markers. */
function seconds(time: string | undefined): number {
  const value = Number(time);
  return value > 1e11 ? Math.round(value / 1000) : value;
}
