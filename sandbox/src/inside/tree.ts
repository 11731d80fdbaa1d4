// A folder tree that hostile programs may change while it is read. Whatever is opened is checked to lie where its path
// says, so no link leads a read out of the tree. Calls are synchronous: a resident reader of many small files is ten
// times faster that way than through libuv's thread pool, and large files yield between two chunks.
import {
  type BigIntStats,
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
    return this.#withOpen(rawPath.parent(path), constants.O_DIRECTORY, (fd) =>
      readlinkSync(
        Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), rawPath.toBytes(path.slice(path.lastIndexOf('/') + 1))]),
        'buffer',
      ),
    );
  }

  /** The content of a regular file, a chunk at a time. */
  async *content(path: RawPath): AsyncGenerator<Buffer, void, undefined> {
    const fd = this.#open(path, constants.O_NONBLOCK);
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
      throw new Error('it moved while it was read');
    }
    return fd;
  }
}

function kindOf(entry: Dirent<Buffer> | BigIntStats): Kind {
  if (entry.isFile()) return 'file';
  if (entry.isSymbolicLink()) return 'link';
  return entry.isDirectory() ? 'folder' : 'other';
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
