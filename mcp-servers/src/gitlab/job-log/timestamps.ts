// The runner may put a header before each line: `2024-05-22T12:43:46.962646Z 00O `, that is the time, the number of the
// stream in hexadecimal, O for stdout or E for stderr, and `+` instead of the last space where the line continues the one
// before, whose line end is the header's doing.

const header = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) [0-9a-f]{2}([OE])([ +])/;

export interface Stamped {
  raw: string;
  time?: string;
  stream?: 'stdout' | 'stderr';
}

/** Takes the headers off, and joins what they tore apart: a line is known to be complete when the next one begins. */
export class Timestamps {
  #pending: Stamped | undefined;

  *push(line: string): Generator<Stamped> {
    const [all = '', time, stream, continued] = header.exec(line) ?? [];
    const raw = line.slice(all.length);
    if (continued === '+' && this.#pending) {
      this.#pending.raw += raw;
      return;
    }
    yield* this.end();
    this.#pending = time ? { raw, time, stream: stream === 'E' ? 'stderr' : 'stdout' } : { raw };
  }

  *end(): Generator<Stamped> {
    if (this.#pending) yield this.#pending;
    this.#pending = undefined;
  }
}
