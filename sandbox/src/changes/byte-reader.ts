// Takes lines and counted bytes off a stream, without ever holding more than was asked for.
import type { Readable } from 'node:stream';
import { lost, protocolError } from './protocol.js';

const newline = 0x0a;

export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(input: Readable) {
    this.#chunks = input[Symbol.asyncIterator]();
  }

  /** The next line without its end; undefined where the stream ended before it. Throws `runner-lost` where it ends within, `protocol` beyond `limit` bytes. */
  async line(limit: number): Promise<string | undefined> {
    let searched = 0;
    for (;;) {
      const end = this.#rest.indexOf(newline, searched);
      if (end > limit || (end < 0 && this.#rest.length > limit)) {
        throw protocolError(`a line is longer than ${limit} bytes`);
      }
      if (end >= 0) return this.#take(end + 1).toString('utf8', 0, end);
      searched = this.#rest.length;
      if (!(await this.#more())) {
        if (this.#rest.length > 0) throw lost();
        return undefined;
      }
    }
  }

  /** Exactly `length` bytes. Throws `runner-lost` where the stream ends before. */
  async bytes(length: number): Promise<Buffer> {
    while (this.#rest.length < length) {
      if (!(await this.#more())) throw lost();
    }
    return this.#take(length);
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    return true;
  }
}
