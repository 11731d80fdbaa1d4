// Finds the paths that may have changed, at a cost that grows with what the session touched.
//
// On an overlay the upper directory holds a folder for every folder in which something happened; no other folder is
// looked at. In each, the merged listing tells what is there and the lower one what was: what is missing is deleted,
// however the overlay marks that (whiteouts, opaque folders), so no trusted.* attribute has to be read. Holds for
// overlays mounted with redirect_dir=off and metacopy=off. A plain copy has no upper directory: every folder is
// listed, and a file whose size, time and mode are the old ones counts as untouched.
import { isGitFolder } from '../paths.js';
import type { Ignores } from './ignores.js';
import { type RawPath, rawPath } from './raw-path.js';
import { type Kind, kindOf, type Tree } from './tree.js';

export interface Trees {
  readonly workspace: Tree;
  readonly lower: Tree;
  /** Undefined for a plain copy. */
  readonly upper: Tree | undefined;
}

export interface Touched {
  readonly path: RawPath;
  readonly old: 'file' | 'link' | undefined;
  readonly now: 'file' | 'link' | undefined;
}

export class Walk {
  readonly touched: Touched[] = [];
  readonly skipped: { path: RawPath; reason: string }[] = [];
  ignored = 0;
  readonly #trees: Trees;
  readonly #ignores: Ignores | undefined;
  readonly #signal: AbortSignal;

  /** Without `ignores` nothing is ignored. */
  constructor(trees: Trees, ignores: Ignores | undefined, signal: AbortSignal) {
    this.#trees = trees;
    this.#ignores = ignores;
    this.#signal = signal;
  }

  async folder(path: RawPath): Promise<void> {
    this.#signal.throwIfAborted();
    const { workspace, lower, upper } = this.#trees;
    const listings = this.#attempt(path, () => ({
      now: workspace.list(path),
      old: lower.list(path),
      touched: upper?.list(path),
    }));
    if (!listings?.now) return;
    const { now, old, touched } = listings;
    const unseen = (name: string) => upper !== undefined && old?.has(name) === true && touched?.has(name) !== true;
    const steps: Promise<void>[] = [];
    for (const [name, kind] of old ?? []) {
      if (!now.has(name)) steps.push(this.#gone(rawPath.join(path, name), kind, true));
    }
    for (const [name, kind] of now) {
      if (!unseen(name)) steps.push(this.#entry(rawPath.join(path, name), name, kind, old?.get(name)));
    }
    await Promise.all(steps);
  }

  /** Adds those of these paths that the walk did not come by and Git does not ignore. */
  async also(paths: Iterable<RawPath>): Promise<void> {
    const seen = new Set(this.touched.map(({ path }) => path));
    const left = new Set(this.skipped.map(({ path }) => path));
    const missed = [...paths].filter(
      (path) => !seen.has(path) && ![path, ...foldersAbove(path)].some((at) => left.has(at)),
    );
    await Promise.all(missed.map((path) => this.#also(path)));
  }

  async #also(path: RawPath): Promise<void> {
    const { workspace, lower } = this.#trees;
    const kinds = this.#attempt(path, () => ({ now: fileAt(workspace, path), old: fileAt(lower, path) }));
    if (!kinds) return;
    const behindLink = foldersAbove(path).some((folder) => workspace.stat(folder)?.isSymbolicLink());
    if (!behindLink && (await this.#ignores?.has(path))) return;
    this.touched.push({ path, ...kinds });
  }

  async #entry(path: RawPath, name: RawPath, now: Kind, old: Kind | undefined): Promise<void> {
    if (name === '.git') return;
    if (isGitFolder(rawPath.toText(name))) {
      this.skipped.push({ path, reason: 'some file systems take its name for .git' });
    } else if (now === 'other') {
      if (old !== 'other') this.skipped.push({ path, reason: 'it is neither a file nor a folder nor a link' });
    } else if (!this.#sameByStat(path, now, old)) {
      if (await this.#ignores?.has(path)) {
        this.ignored += 1;
      } else if (now === 'folder') {
        if (old === 'file' || old === 'link') this.touched.push({ path, old, now: undefined });
        await this.folder(path);
      } else {
        // Git answers no question about what lies behind a link.
        if (old === 'folder') await this.#gone(path, old, now !== 'link');
        this.touched.push({ path, old: old === 'file' || old === 'link' ? old : undefined, now });
      }
    }
  }

  /** Everything that lay at `path` in the layer below. */
  async #gone(path: RawPath, kind: Kind, mayAsk: boolean): Promise<void> {
    if (isGitFolder(rawPath.toText(path.slice(path.lastIndexOf('/') + 1)))) return;
    if (kind === 'folder') {
      const below = this.#attempt(path, () => this.#trees.lower.list(path)) ?? new Map<RawPath, Kind>();
      await Promise.all([...below].map(([name, child]) => this.#gone(rawPath.join(path, name), child, mayAsk)));
    } else if (kind !== 'other') {
      if (mayAsk && (await this.#ignores?.has(path))) this.ignored += 1;
      else this.touched.push({ path, old: kind, now: undefined });
    }
  }

  #sameByStat(path: RawPath, now: Kind, old: Kind | undefined): boolean {
    if (this.#trees.upper || now !== old || now === 'folder') return false;
    const [here, before] = [this.#trees.workspace.stat(path), this.#trees.lower.stat(path)];
    return here?.size === before?.size && here?.mtimeNs === before?.mtimeNs && here?.mode === before?.mode;
  }

  #attempt<T>(path: RawPath, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.skipped.push({ path, reason: reasonOf(error) });
      return undefined;
    }
  }
}

function fileAt(tree: Tree, path: RawPath): 'file' | 'link' | undefined {
  const stats = tree.look(path);
  const kind = stats && kindOf(stats);
  return kind === 'file' || kind === 'link' ? kind : undefined;
}

/** From the top down, without the root. */
function foldersAbove(path: RawPath): RawPath[] {
  return rawPath.wayTo(rawPath.parent(path)).slice(1);
}

/** Why something cannot be read, in a few words and without the container's own paths. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM' ? 'it may not be read' : (code ?? message);
}
