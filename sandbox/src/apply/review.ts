// A session's changes, held against what the workspace has by now: told, shown and applied.
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pick } from '../changes/pick.js';
import type { WorkspaceReader } from '../changes/reader.js';
import type { Change, ChangeSet } from '../changes/types.js';
import { SandboxError } from '../errors.js';
import { checkRelativePath } from '../paths.js';
import { Applied } from './applied.js';
import { applyChanges } from './apply.js';
import { recoverApplies } from './recover.js';
import type { ApplyReport } from './report.js';

export interface ReviewOptions {
  sandbox: string;
  workspaceRoot: string;
  /** Cofferdam's state folder on the host. */
  home: string;
  reader: () => Promise<WorkspaceReader>;
}

export interface ChangesOptions {
  /** Files that Git ignores too. */
  includeIgnored?: boolean;
  /** What the workspace has already too, against the snapshot and marked `applied`. */
  includeApplied?: boolean;
}

export class Review {
  readonly #workspaceRoot: string;
  readonly #journalDir: string;
  readonly #reader: () => Promise<WorkspaceReader>;
  readonly #applied: Applied;

  constructor({ sandbox, workspaceRoot, home, reader }: ReviewOptions) {
    this.#workspaceRoot = workspaceRoot;
    this.#journalDir = journalFolder(home);
    this.#reader = reader;
    this.#applied = appliedBy(sandbox, home);
  }

  async changes({ includeIgnored = false, includeApplied = false }: ChangesOptions = {}): Promise<ChangeSet> {
    const reader = await this.#reader();
    const found = await reader.changes({ includeIgnored, base: await this.#applied.files() });
    return includeApplied ? found : { ...found, changes: found.changes.filter(({ applied }) => !applied) };
  }

  /** Fails with `change-unknown` where a path has no change that is still to be applied. */
  async patch(paths?: readonly string[]): Promise<Readable> {
    const [reader, base] = [await this.#reader(), await this.#applied.files()];
    if (base.length === 0) return reader.patch(paths);
    const shown = await this.#select(paths, false);
    const olds = new Set(shown.map(({ path, from }) => from ?? path));
    const sides = base.flatMap(({ path, side }) => (side && olds.has(path) ? [side] : []));
    const bySha = new Map(sides.map((side) => [side.sha256, side]));
    const contents = await Promise.all([...bySha.values()].map((side) => this.#applied.content(side)));
    return reader.patch(paths, base, contents);
  }

  async read(path: string, side: 'old' | 'new'): Promise<Readable> {
    const name = checkRelativePath(path);
    const base = side === 'old' ? (await this.#applied.files()).find((file) => file.path === name) : undefined;
    if (base === undefined) return (await this.#reader()).read(name, side);
    if (base.side) return Readable.from((await this.#applied.content(base.side)).open(), { objectMode: false });
    throw new SandboxError(
      'change-unknown',
      `${JSON.stringify(path)} is not in the workspace any more.`,
      'Ask for the changes again and read a path they list.',
    );
  }

  /** Paths that were applied before may be named: they are looked at again. */
  async apply(paths?: readonly string[]): Promise<ApplyReport> {
    await recoverApplies(this.#journalDir);
    return applyChanges({
      workspaceRoot: this.#workspaceRoot,
      changes: await this.#select(paths, paths !== undefined),
      read: async (path) => (await this.#reader()).read(path, 'new'),
      journalDir: this.#journalDir,
      applied: this.#applied,
    });
  }

  async #select(paths: readonly string[] | undefined, includeApplied: boolean): Promise<readonly Change[]> {
    const changes = async (includeIgnored: boolean) => (await this.changes({ includeIgnored, includeApplied })).changes;
    return paths ? pick(paths, changes) : changes(false);
  }
}

export function journalFolder(home: string): string {
  return join(home, 'applies');
}

/** What a sandbox applied; to be removed with it. */
export function appliedBy(sandbox: string, home: string): Applied {
  return new Applied(join(home, 'applied', sandbox));
}
