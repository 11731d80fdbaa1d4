// The user's real workspace: what lies at a path, and whether it is what a change says.
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { lchown, lstat, mkdir, open, readlink, realpath, rmdir } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Change } from '../changes/types.js';
import { encodePath } from '../paths.js';
import { conflict, refusal } from './report.js';

/** A file or link as one side of a change has it. */
export interface Side {
  readonly mode: NonNullable<Change['oldMode']>;
  readonly sha256: string;
  readonly size: number;
}

export class Host {
  readonly root: string;
  readonly #root: Buffer;

  /** `root` is free of links. */
  constructor(root: string) {
    this.root = root;
    this.#root = Buffer.from(root);
  }

  absolute(path: string): Buffer {
    return path === '' ? this.#root : Buffer.concat([this.#root, Buffer.from('/'), encodePath(path)]);
  }

  /** Undefined where there is nothing. A link stands for itself. */
  async look(path: string): Promise<BigIntStats | undefined> {
    try {
      return await lstat(this.absolute(path), { bigint: true });
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /** Whether what `look` found at `path` is this side of a change. Reads the content only where size and mode fit. */
  async holds(path: string, found: BigIntStats | undefined, side: Side): Promise<boolean> {
    if (found === undefined || modeOf(found, side) !== side.mode) return false;
    if (side.mode !== '120000' && found.size !== BigInt(side.size)) return false;
    const hash = createHash('sha256');
    for await (const chunk of this.read(path, side)) hash.update(chunk);
    return hash.digest('hex') === side.sha256;
  }

  /** The content of a file, or the target of a link where the side is one. No link is followed. */
  async *read(path: string, { mode }: Pick<Side, 'mode'>): AsyncGenerator<Buffer, void, undefined> {
    if (mode === '120000') {
      yield await readlink(this.absolute(path), 'buffer');
      return;
    }
    const file = await open(this.absolute(path), constants.O_RDONLY | noFollow);
    try {
      yield* file.createReadStream({ autoClose: false });
    } finally {
      await file.close();
    }
  }

  /**
   * The deepest folder on the way to `path` that is there. Throws an objection where the way leads over a link, through
   * a name spelled differently, or over a file that is not among those `vacated`.
   */
  async nearestFolder(path: string, vacated: ReadonlySet<string> = new Set()): Promise<string> {
    const folder = parentOf(path);
    const found = await this.look(folder);
    if (found?.isDirectory()) {
      if (!(await realpath(this.absolute(folder), 'buffer')).equals(this.absolute(folder))) {
        throw refusal(`${JSON.stringify(folder)} is reached over a link or is spelled differently in the workspace`);
      }
      return folder;
    }
    if (folder === '') throw conflict('the workspace is gone');
    if (found && !vacated.has(folder)) {
      if (found.isSymbolicLink()) throw refusal(`${JSON.stringify(folder)} is a link, which is never followed`);
      throw conflict(`${JSON.stringify(folder)} is not a folder`);
    }
    return this.nearestFolder(folder, vacated);
  }

  /** Makes the folders that are missing on the way to `path`. */
  async makeFolders(path: string): Promise<void> {
    const folder = parentOf(path);
    if ((await this.nearestFolder(path)) === folder) return;
    await this.makeFolders(folder);
    await mkdir(this.absolute(folder));
    await this.adopt(folder, await this.look(parentOf(folder)));
  }

  /** Removes the folders above `path` that are empty. */
  async pruneFolders(path: string): Promise<void> {
    for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) {
      try {
        await rmdir(this.absolute(folder));
      } catch (error) {
        if (!isAbsent(error)) return;
      }
    }
  }

  /** What root makes for a user belongs to the user: gives `path` the owner of its `model`. */
  async adopt(path: string, model: BigIntStats | undefined): Promise<void> {
    if (process.getuid?.() !== 0 || !model) return;
    await lchown(this.absolute(path), Number(model.uid), Number(model.gid));
  }
}

/** Changes whenever the file is written, replaced or given another mode. */
export function identityOf(stats: BigIntStats): string {
  return [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ');
}

/** The permission bits of `mode`, executable (for those who may read) or not; never setuid, setgid or sticky. */
export function permissions(mode: bigint, executable: boolean): number {
  const kept = Number(mode & 0o777n);
  return executable ? kept | ((kept & 0o444) >> 2) : kept & ~0o111;
}

export function parentOf(path: string): string {
  const parent = posix.dirname(path);
  return parent === '.' ? '' : parent;
}

/** Windows knows neither. */
const noFollow = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK;

function modeOf(found: BigIntStats, side: Side): Side['mode'] | undefined {
  if (found.isSymbolicLink()) return '120000';
  if (!found.isFile()) return undefined;
  if (process.platform === 'win32') return side.mode === '120000' ? '100644' : side.mode;
  return (found.mode & 0o100n) === 0n ? '100644' : '100755';
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
