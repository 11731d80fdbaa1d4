// The folder that the server serves: every path a tool is given passes through `locate`.
import { realpath } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { checkRelativePath, decodePath, encodePath, resolveInside } from '@cofferdam/sandbox';
import { ToolError } from '../kit/index.js';
import { showPath } from './names.js';

/** A checked place below the root. It need not exist. */
export interface Place {
  /** Relative to the root, slash-separated, as `decodePath` gives it; `.` for the root itself. */
  readonly path: string;
  /** The absolute path as text: only for programs that cannot take bytes. */
  readonly absolute: string;
  /** The absolute path as the file system knows it. */
  readonly bytes: Buffer;
}

export class Root {
  readonly #folder: string;
  #lastChange: Promise<unknown> = Promise.resolve();

  /** `folder` must exist. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Where `path` leads, symbolic links followed (the last one only unless `followLast` is false).
   * Throws when that is outside of the root or in a `.git` folder, which may hold credentials and hooks.
   */
  async locate(path: string, options: { followLast?: boolean } = {}): Promise<Place> {
    const absolute = await resolveInside(this.#folder, path, options);
    const root = await realpath(this.#folder);
    const inside = relative(root, absolute).split(sep).join('/');
    if (inside !== '') this.#refuseGitFolder(inside);
    const bytes = encodePath(absolute);
    if (inside !== '')
      await refuseHiddenLink(path, encodePath(options.followLast === false ? dirname(absolute) : absolute));
    return { path: inside || '.', absolute, bytes };
  }

  /** Like `locate`, for what is about to be changed: never the root itself. */
  async locateChange(path: string, options: { followLast?: boolean } = {}): Promise<Place> {
    const place = await this.locate(path, options);
    if (place.path === '.') {
      throw new ToolError('is-root', 'The root folder itself cannot be changed.', 'Name something below it.');
    }
    return place;
  }

  /** Runs changes one after the other, so that none reads what another is about to replace. */
  change<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const next = this.#lastChange.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.#lastChange = next.catch(() => undefined);
    return next;
  }

  #refuseGitFolder(path: string): void {
    try {
      checkRelativePath(path);
    } catch (cause) {
      throw new ToolError(
        'git-folder',
        `${showPath(path)} belongs to Git's own folder, which is not served.`,
        'Use the git tools for history and state; work on the files beside the .git folder here.',
        { cause },
      );
    }
  }
}

/**
 * A name that is not UTF-8 looks different as text, and a link could hide behind it: once all links are followed, the
 * bytes must lead to themselves.
 */
async function refuseHiddenLink(asked: string, bytes: Buffer): Promise<void> {
  const text = decodePath(bytes);
  let real: Buffer;
  try {
    real = await realpath(bytes, { encoding: 'buffer' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    return refuseHiddenLink(asked, encodePath(dirname(text)));
  }
  if (real.equals(bytes)) return;
  throw new ToolError(
    'path-outside',
    `${showPath(asked)} leads through a link that cannot be followed safely.`,
    'Use the path that the link leads to.',
  );
}
