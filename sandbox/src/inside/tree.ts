// A folder tree that hostile programs may change while it is read. Whatever is opened is checked to lie where its path
// says, so no link leads a read out of the tree. Calls are synchronous: a resident reader of many small files is ten
// times faster that way than through libuv's thread pool, and large files yield between two chunks.
import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { maxPayload } from '../changes/protocol.js';
import { type RawPath, rawPath } from './raw-path.js';

export type Kind = 'file' | 'link' | 'folder' | 'other';
/** The path of an entry of an open folder. */
export type Place = (name: RawPath) => Buffer;

export class Tree {
  readonly root: string;

  constructor(root: string) {
    this.root = realpathSync(root);
  }

  /** What lies in a folder, by name; undefined where there is no such folder. */
  list(folder: RawPath): Map<RawPath, Kind> | undefined {
    try {
      return this.#withOpen(
        folder,
        constants.O_DIRECTORY,
        (fd) =>
          new Map(
            readdirSync(`/proc/self/fd/${fd}`, { withFileTypes: true, encoding: 'buffer' }).map((entry) => [
              rawPath.fromBytes(entry.name),
              kindOf(entry),
            ]),
          ),
      );
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /** Undefined where there is nothing. A link stands for itself. */
  stat(path: RawPath): BigIntStats | undefined {
    try {
      return lstatSync(this.#absolute(path), { bigint: true });
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  readLink(path: RawPath): Buffer {
    return this.within(rawPath.parent(path), (place) => readlinkSync(place(rawPath.name(path)), 'buffer'));
  }

  /**
   * Opens a folder for as long as `use` runs; `place` gives paths that lead into this very folder, whatever is done to its
   * name meanwhile.
   */
  within<T>(folder: RawPath, use: (place: Place) => T): T {
    const opened = this.enter(folder);
    try {
      return use(opened.place);
    } finally {
      opened.close();
    }
  }

  /** As `within`, until it is closed. */
  enter(folder: RawPath): { place: Place; close(): void } {
    const fd = this.#open(folder, constants.O_DIRECTORY);
    return { place: placeIn(fd), close: () => closeSync(fd) };
  }

  /** Sets the mode of a file or folder, to which no right is needed but owning it. */
  chmod(path: RawPath, mode: number): void {
    const fd = this.#open(path, O_PATH);
    try {
      if (fstatSync(fd).isSymbolicLink()) throw new Moved('a link lies there');
      chmodSync(`/proc/self/fd/${fd}`, mode);
    } finally {
      closeSync(fd);
    }
  }

  /** Like `stat`, and undefined also where the way there leads over a link or a file. */
  look(path: RawPath): BigIntStats | undefined {
    try {
      return this.within(rawPath.parent(path), (place) => lstatSync(place(rawPath.name(path)), { bigint: true }));
    } catch (error) {
      if (isAbsent(error) || error instanceof Moved) return undefined;
      throw error;
    }
  }

  /** The content of a regular file, a chunk at a time. */
  content(path: RawPath): AsyncGenerator<Buffer, void, undefined> {
    return readAll(() => this.open(path));
  }

  /** A descriptor to read a regular file with, or anything else that opens without waiting. */
  open(path: RawPath): number {
    return this.#open(path, constants.O_NONBLOCK);
  }

  /**
   * Runs `use`, and again with the owner's rights on the way lifted for as long where modes forbid it: what belongs to
   * this user comes back with its modes. Fails as `use` does where they cannot be lifted.
   */
  unlocked<T>(path: RawPath, use: () => T): T {
    try {
      return use();
    } catch (error) {
      if (!isForbidden(error)) throw error;
    }
    const relock: (() => void)[] = [];
    try {
      for (const step of rawPath.wayTo(path)) relock.unshift(this.#unlock(step));
      return use();
    } finally {
      for (const undo of relock) undo();
    }
  }

  #unlock(path: RawPath): () => void {
    const fd = this.#open(path, O_PATH);
    const stats = fstatSync(fd);
    const needed = stats.isDirectory() ? 0o700 : 0o400;
    if (stats.isSymbolicLink() || (stats.mode & needed) === needed) {
      closeSync(fd);
      return () => {};
    }
    const own = `/proc/self/fd/${fd}`;
    chmodSync(own, (stats.mode & 0o7777) | needed);
    return () => {
      chmodSync(own, stats.mode & 0o7777);
      closeSync(fd);
    };
  }

  #absolute(path: RawPath): Buffer {
    const root = Buffer.from(this.root);
    return path === '' ? root : Buffer.concat([root, Buffer.from('/'), rawPath.toBytes(path)]);
  }

  #withOpen<T>(path: RawPath, flags: number, use: (fd: number) => T): T {
    const fd = this.#open(path, flags);
    try {
      return use(fd);
    } finally {
      closeSync(fd);
    }
  }

  #open(path: RawPath, flags: number): number {
    const absolute = this.#absolute(path);
    const fd = openSync(absolute, constants.O_RDONLY | constants.O_NOFOLLOW | flags);
    // Node has no openat2(RESOLVE_NO_SYMLINKS); the kernel's own name for what was opened says the same.
    if (!readlinkSync(`/proc/self/fd/${fd}`, 'buffer').equals(absolute)) {
      closeSync(fd);
      throw new Moved('it moved while it was read');
    }
    return fd;
  }
}

/** Opens nothing, so it needs no right to what it names. Not among Node's constants. */
const O_PATH = 0o10000000;

/** Something else lies, or a link leads, where a path should. */
class Moved extends Error {}

function placeIn(fd: number): Place {
  const folder = Buffer.from(`/proc/self/fd/${fd}/`);
  return (name) => Buffer.concat([folder, rawPath.toBytes(name)]);
}

/** What an opened regular file holds until its end; closes it. */
export async function* readAll(open: () => number): AsyncGenerator<Buffer, void, undefined> {
  const fd = open();
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new Error('it is not a regular file any more');
    const chunkSize = Math.min(stats.size + 1, maxPayload);
    for (let full = true; full; ) {
      const chunk = Buffer.allocUnsafe(chunkSize);
      const length = readSync(fd, chunk);
      if (length > 0) yield chunk.subarray(0, length);
      full = length === chunkSize;
      if (full) await setImmediate();
    }
  } finally {
    closeSync(fd);
  }
}

export function kindOf(entry: Dirent<Buffer> | BigIntStats): Kind {
  if (entry.isFile()) return 'file';
  if (entry.isSymbolicLink()) return 'link';
  return entry.isDirectory() ? 'folder' : 'other';
}

function isForbidden(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EACCES';
}

export function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
