// What the resident reader answers: the changes, one side of a file, a patch.

import { gathered } from '../changes/gathered.js';
import { pick } from '../changes/pick.js';
import type { Change, ChangeSet } from '../changes/types.js';
import type { Wanted } from '../checkpoint/state.js';
import { SandboxError } from '../errors.js';
import { checkRelativePath } from '../paths.js';
import type { Base } from './base.js';
import { compare } from './compare.js';
import type { Contents } from './contents.js';
import { Ignores, Repository } from './ignores.js';
import { pack } from './pack.js';
import { writePatch } from './patch.js';
import { type RawPath, rawPath } from './raw-path.js';
import { pairRenames } from './renames.js';
import { statesOf } from './states.js';
import { Tree } from './tree.js';
import { reasonOf, type Trees, Walk } from './walk.js';

export class Workspace {
  readonly #trees: Trees;
  readonly #repository: Repository | undefined;

  /** Absolute folders: the merged view, the layer below it, and, on an overlay, the upper directory. */
  constructor(folders: { workspace: string; lower: string; upper: string | undefined }) {
    const workspace = new Tree(folders.workspace);
    const lower = new Tree(folders.lower);
    this.#trees = { workspace, lower, upper: folders.upper === undefined ? undefined : new Tree(folders.upper) };
    this.#repository = Repository.of(lower, workspace);
  }

  /** What the copy has and `base`, in the place of the snapshot, has not; and, marked, what both have and the snapshot has not. */
  async changes(includeIgnored: boolean, base: Base, signal: AbortSignal): Promise<ChangeSet> {
    const ignores = this.#repository && !includeIgnored ? new Ignores(this.#repository) : undefined;
    const walk = new Walk(this.#trees, ignores, signal);
    try {
      await walk.folder('');
      await walk.also(base.keys());
    } finally {
      ignores?.close();
    }
    const changes: { path: RawPath; change: Change }[] = [];
    const skipped = walk.skipped;
    for (const touched of walk.touched) {
      signal.throwIfAborted();
      try {
        const change = await compare(this.#trees, base, touched, signal);
        if (change) changes.push({ path: touched.path, change });
      } catch (error) {
        signal.throwIfAborted();
        skipped.push({ path: touched.path, reason: reasonOf(error) });
      }
    }
    return {
      changes: pairRenames(changes.sort(byPath).map(({ change }) => change)),
      ignored: walk.ignored,
      skipped: skipped.sort(byPath).map(({ path, reason }) => ({ path: rawPath.toText(path), reason })),
    };
  }

  /** The content of a file, the target of a link. Throws `change-unknown` where there is neither. */
  async *read(path: string, side: 'new' | 'old'): AsyncGenerator<Buffer, void, undefined> {
    const tree = side === 'new' ? this.#trees.workspace : this.#trees.lower;
    const raw = rawPath.fromText(checkRelativePath(path));
    const stats = tree.stat(raw);
    try {
      if (stats?.isSymbolicLink()) yield tree.readLink(raw);
      else if (stats?.isFile()) yield* tree.content(raw);
      else throw new Error('there is no such file or link');
    } catch (error) {
      throw new SandboxError(
        'change-unknown',
        `${JSON.stringify(path)} cannot be read: ${reasonOf(error)}.`,
        'Ask for the changes again and read a path they list.',
        { cause: error },
      );
    }
  }

  /** One patch of the named changes, ignored ones too, or of all changes that Git does not ignore. */
  async *patch(
    paths: readonly string[] | undefined,
    base: Base,
    contents: Contents | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Buffer, void, undefined> {
    const { workspace, lower } = this.#trees;
    const changes = async (includeIgnored: boolean) =>
      (await this.changes(includeIgnored, base, signal)).changes.filter(({ applied }) => !applied);
    const sources = {
      old: (path: RawPath, isLink: boolean) => {
        const side = base.get(path);
        return side ? contents?.get(side.sha256) : contentOf(lower, path, isLink);
      },
      now: (path: RawPath, isLink: boolean) => contentOf(workspace, path, isLink),
    };
    yield* writePatch(sources, paths ? await pick(paths, changes) : await changes(false), signal);
  }

  /** What is in another state than the snapshot has it, a line of JSON each. */
  states(signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    return gathered(lines(statesOf(this.#trees, signal)));
  }

  /** The states and contents of these paths, as `checkpoint/state.ts` says. */
  pack(wanted: readonly Wanted[], signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    return gathered(pack(this.#trees, wanted, signal));
  }
}

async function* lines(lists: Iterable<readonly object[]>): AsyncGenerator<Buffer, void, undefined> {
  for (const list of lists) yield Buffer.from(list.map((item) => `${JSON.stringify(item)}\n`).join(''));
}

function contentOf(tree: Tree, path: RawPath, isLink: boolean): Iterable<Buffer> | AsyncIterable<Buffer> {
  return isLink ? [tree.readLink(path)] : tree.content(path);
}

function byPath(a: { path: RawPath }, b: { path: RawPath }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
