// One writer's file of one day, and its head.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { emptyHead, encodeHead, type Head } from './head.js';

const createOnly = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** Runs a write, and once more after room was made if the disk was full. */
export type Retry = (write: () => void) => void;

export class DayFile {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly path: string;
  readonly #fd: number;
  readonly #headFd: number;
  readonly #identity: { dev: number; ino: number };
  #size = 0;

  /** Makes both files, which must not be there. Throws what the file system does. */
  constructor(folder: string, day: string, writer: string) {
    this.day = day;
    makeFolder(folder);
    makeFolder(join(folder, day));
    this.path = join(folder, day, `${writer}.jsonl`);
    const headPath = join(folder, day, `${writer}.head`);
    // A head without its content would look like one that was emptied.
    this.#headFd = openSync(`${headPath}.new`, createOnly, 0o600);
    try {
      this.writeHead(emptyHead);
      renameSync(`${headPath}.new`, headPath);
      this.#fd = openSync(this.path, createOnly | constants.O_APPEND, 0o600);
    } catch (error) {
      closeSync(this.#headFd);
      // Or the next attempt would find them in its way.
      for (const path of [`${headPath}.new`, headPath]) rmSync(path, { force: true });
      throw error;
    }
    this.#identity = fstatSync(this.#fd);
  }

  /** What happened to the file from outside, or undefined while it is as it was written. Throws what the file system does. */
  damage(): string | undefined {
    const found = statSync(this.path, { throwIfNoEntry: false });
    if (!found) return 'it is gone';
    if (found.ino !== this.#identity.ino || found.dev !== this.#identity.dev) return 'another file is in its place';
    if (found.size !== this.#size) return `it holds ${found.size} bytes, but ${this.#size} were written`;
    return undefined;
  }

  /** All of `line` or nothing. Throws what the file system does. */
  append(line: string, retry: Retry): void {
    const bytes = Buffer.from(line, 'utf8');
    let done = 0;
    const write = () => {
      while (done < bytes.length) done += writeSync(this.#fd, bytes, done);
    };
    try {
      retry(write);
    } catch (error) {
      if (done > 0) ftruncateSync(this.#fd, this.#size);
      throw error;
    }
    this.#size += bytes.length;
  }

  /** Throws what the file system does. */
  writeHead(head: Head): void {
    const bytes = Buffer.from(encodeHead(head));
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#headFd, bytes, done, bytes.length - done, done);
    }
  }

  close(): void {
    closeSync(this.#fd);
    closeSync(this.#headFd);
  }
}

/** Not with `recursive`, which says ENOENT of a disk that may only be read. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
