// Node streams over credit windows: a sender never has more than WINDOW bytes on the way that the reader did not take.
import { Readable, Writable } from 'node:stream';
import { MAX_CHUNK, WINDOW } from './protocol.js';

/** A command's output. Whoever stops reading stops the command once the window is full. */
export class CreditedReadable extends Readable {
  readonly #grant: (bytes: number) => void;
  readonly #discard: () => void;
  /** Bytes the runner may still send. */
  #granted = WINDOW;

  /** `grant` lets the runner send more; `discard` tells it that nobody reads any longer. */
  constructor(grant: (bytes: number) => void, discard: () => void) {
    super({ highWaterMark: MAX_CHUNK });
    this.#grant = grant;
    this.#discard = discard;
  }

  receive(bytes: Buffer): void {
    this.#granted -= bytes.length;
    this.push(bytes);
  }

  end(): void {
    this.push(null);
  }

  override _read(): void {
    const used = WINDOW - this.#granted;
    if (used < WINDOW / 2) return;
    this.#granted = WINDOW;
    this.#grant(used);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#discard();
    done(error);
  }
}

/** A command's stdin. Writing waits until the command takes what was written. */
export class CreditedWritable extends Writable {
  readonly #send: (bytes: Buffer) => void;
  readonly #close: () => void;
  #credit = WINDOW;
  #unsent: Buffer = Buffer.alloc(0);
  #sent: () => void = () => {};

  constructor(send: (bytes: Buffer) => void, close: () => void) {
    super();
    this.#send = send;
    this.#close = close;
  }

  addCredit(bytes: number): void {
    this.#credit += bytes;
    if (this.#unsent.length > 0) this.#pump();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, sent: () => void): void {
    this.#unsent = chunk;
    this.#sent = sent;
    this.#pump();
  }

  override _final(done: () => void): void {
    this.#close();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.writableFinished) this.#close();
    done(error);
  }

  #pump(): void {
    while (this.#unsent.length > 0 && this.#credit > 0) {
      const bytes = this.#unsent.subarray(0, Math.min(this.#credit, MAX_CHUNK));
      this.#unsent = this.#unsent.subarray(bytes.length);
      this.#credit -= bytes.length;
      this.#send(bytes);
    }
    if (this.#unsent.length === 0) this.#sent();
  }
}
