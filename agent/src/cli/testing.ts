// A terminal for tests, with somebody who types at it.
import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { onTestFinished } from 'vitest';
import { Console } from './console.js';

export function sit(columns = 40) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const screen = new Screen();
  const out = { write: (text: string) => screen.write(text), columns };
  const terminal = new Console(input as unknown as ReadStream, out as unknown as WriteStream);
  onTestFinished(terminal.close);
  const type = async (keys: string) => {
    input.write(keys);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { terminal, screen, type, input };
}

/** As much of a terminal as is used. */
class Screen {
  raw = '';
  readonly #rows = [''];
  #column = 0;

  get lines(): string[] {
    return this.#rows.filter((row, i) => row !== '' || i < this.#rows.length - 1);
  }

  write(text: string): void {
    this.raw += text;
    for (const [part, column, erase] of text.matchAll(/\x1b\[(\d+)G|(\x1b\[K)|\x1b\[\?2004[hl]|./gs)) {
      const last = this.#rows.length - 1;
      const row = this.#rows[last] ?? '';
      if (column !== undefined) this.#column = Number(column) - 1;
      else if (erase) this.#rows[last] = row.slice(0, this.#column);
      else if (part === '\r') this.#column = 0;
      else if (part === '\n') this.#column = this.#rows.push('') * 0;
      else if (part.length === 1) {
        this.#rows[last] = row.padEnd(this.#column).slice(0, this.#column) + part + row.slice(this.#column + 1);
        this.#column += 1;
      }
    }
  }
}
