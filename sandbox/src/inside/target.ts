// A copy that is written to while hostile programs may change it. Every step works inside a folder that was opened and
// checked to lie where its path says, so no link leads a write out of the copy.
import { randomBytes } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  futimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { type RawPath, rawPath } from './raw-path.js';
import type { Place, Tree } from './tree.js';

export interface FileAttributes {
  /** Permission bits. */
  mode: number;
  /** Nanoseconds since 1970; kept to the microsecond. */
  mtime: bigint;
}

/** All the owner's rights in a folder. */
const usable = 0o700;

export class Target {
  readonly #tree: Tree;
  /** The modes that folders get at the end: until then their owner may write in them. */
  readonly #modes = new Map<RawPath, number>();
  readonly #usable = new Set<RawPath>();

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Undefined where there is nothing, or no folder on the way. */
  look(path: RawPath): BigIntStats | undefined {
    this.#makeUsable(rawPath.parent(path));
    return this.#tree.look(path);
  }

  /** Removes whatever lies at a path; answers how many entries that were, 0 where there was nothing. */
  remove(path: RawPath): number {
    const stats = this.look(path);
    if (!stats) return 0;
    let count = 1;
    if (stats.isDirectory()) {
      this.#makeUsable(path);
      for (const name of this.#tree.list(path)?.keys() ?? []) count += this.remove(rawPath.join(path, name));
      this.#usable.delete(path);
      this.#modes.delete(path);
    }
    const parent = rawPath.parent(path);
    this.#tree.within(parent, (place) => (stats.isDirectory() ? rmdirSync : unlinkSync)(place(rawPath.name(path))));
    return count;
  }

  /** Makes a folder where there is none yet. It has its mode after `finish`. */
  folder(path: RawPath, mode: number): void {
    if (!this.look(path)?.isDirectory()) {
      this.remove(path);
      this.#tree.within(rawPath.parent(path), (place) => mkdirSync(place(rawPath.name(path)), usable));
    }
    this.#makeUsable(path);
    this.#modes.set(path, mode);
  }

  link(path: RawPath, target: Buffer): void {
    this.look(path);
    this.#tree.within(rawPath.parent(path), (place) => {
      const temporary = temporaryIn(place);
      symlinkSync(target, temporary);
      this.#putInPlace(path, temporary, place);
    });
  }

  /** What lies there is whole until the new content is. Fails as `chunks` does. */
  async file(path: RawPath, chunks: AsyncIterable<Buffer>, attributes: FileAttributes): Promise<void> {
    this.look(path);
    const { place, close } = this.#tree.enter(rawPath.parent(path));
    try {
      const temporary = temporaryIn(place);
      await writeFile(temporary, chunks, attributes);
      this.#putInPlace(path, temporary, place);
    } finally {
      close();
    }
  }

  /** Gives folders their modes; answers those that it could not give theirs. */
  finish(): { path: RawPath; error: unknown }[] {
    const failed: { path: RawPath; error: unknown }[] = [];
    for (const [path, mode] of [...this.#modes].sort(([a], [b]) => (a < b ? 1 : -1))) {
      try {
        this.#tree.chmod(path, mode);
      } catch (error) {
        failed.push({ path, error });
      }
    }
    this.#modes.clear();
    this.#usable.clear();
    return failed;
  }

  #putInPlace(path: RawPath, temporary: Buffer, place: Place): void {
    try {
      if (this.#tree.look(path)?.isDirectory()) this.remove(path);
      renameSync(temporary, place(rawPath.name(path)));
    } catch (error) {
      unlinkSync(temporary);
      throw error;
    }
  }

  /** Sees to it that a folder and those above can be worked in, as far as there are such folders. */
  #makeUsable(folder: RawPath): void {
    if (this.#usable.has(folder)) return;
    for (const path of rawPath.wayTo(folder)) {
      if (this.#usable.has(path)) continue;
      const stats = path === '' ? this.#tree.stat('') : this.#tree.look(path);
      if (!stats?.isDirectory()) return;
      const mode = Number(stats.mode & 0o7777n);
      if ((mode & usable) !== usable) {
        this.#tree.chmod(path, mode | usable);
        if (!this.#modes.has(path)) this.#modes.set(path, mode);
      }
      this.#usable.add(path);
    }
  }
}

function temporaryIn(place: Place): Buffer {
  return place(`.cofferdam-${randomBytes(8).toString('hex')}.tmp`);
}

async function writeFile(path: Buffer, chunks: AsyncIterable<Buffer>, { mode, mtime }: FileAttributes): Promise<void> {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    for await (const chunk of chunks) writeFully(fd, chunk);
    fchmodSync(fd, mode);
    const seconds = Number(mtime / 1000n) / 1e6;
    futimesSync(fd, seconds, seconds);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(fd);
  }
}

function writeFully(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
