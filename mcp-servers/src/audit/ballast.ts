// Room that is kept on the disk, so that what was begun before the disk was full can still be recorded.
import { randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';

export class Ballast {
  readonly #fd: number;
  #held = 0;

  /** Makes the file and takes its name away again: a process that is killed leaves nothing behind. Throws what the file system does. */
  constructor(path: string) {
    this.#fd = openSync(path, 'wx', 0o600);
    unlinkSync(path);
  }

  /** Holds at least `bytes`. Throws what the file system does, and keeps what it got until then. */
  hold(bytes: number): void {
    while (this.#held < bytes) {
      // Random: a file system that compresses would not set blocks aside for zeros.
      this.#held += writeSync(this.#fd, randomBytes(bytes - this.#held), 0, null, this.#held);
    }
  }

  /** Gives the room back to the disk. */
  release(): void {
    ftruncateSync(this.#fd, 0);
    this.#held = 0;
  }

  close(): void {
    closeSync(this.#fd);
  }
}
