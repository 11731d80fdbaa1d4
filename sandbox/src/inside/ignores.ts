// Which files Git ignores. The repository is the one of the layer below: the session cannot have changed its
// configuration or its index, only the .gitignore files of the workspace.
import { buffer } from 'node:stream/consumers';
import { type GitProcess, git } from './git.js';
import { type RawPath, rawPath } from './raw-path.js';
import type { Tree } from './tree.js';

export class Repository {
  readonly #location: readonly string[];
  readonly #workspace: string;
  #tracked: Promise<RawPath[]> | undefined;

  static of(lower: Tree, workspace: Tree): Repository | undefined {
    return lower.stat('.git')?.isDirectory() ? new Repository(lower, workspace) : undefined;
  }

  private constructor(lower: Tree, workspace: Tree) {
    this.#location = [`--git-dir=${lower.root}/.git`, `--work-tree=${workspace.root}`];
    this.#workspace = workspace.root;
  }

  start(args: readonly string[], fine?: readonly number[]): GitProcess {
    return git([...this.#location, ...args], this.#workspace, fine);
  }

  /** True for a tracked file and for a folder that holds one. */
  async tracks(path: RawPath): Promise<boolean> {
    this.#tracked ??= this.#list();
    const tracked = await this.#tracked;
    const at = firstAtOrAfter(tracked, path);
    return tracked[at] === path || tracked[firstAtOrAfter(tracked, `${path}/`)]?.startsWith(`${path}/`) === true;
  }

  /** Sorted by bytes, as the index is. The layer below never changes, so one listing serves for good. */
  async #list(): Promise<RawPath[]> {
    const { child, done } = this.start(['ls-files', '-z', '--cached']);
    child.stdin.end();
    const [listing] = await Promise.all([buffer(child.stdout), done]);
    return rawPath.fromBytes(listing).split('\0').slice(0, -1);
  }
}

/** One resident `git check-ignore`; answers come in the order of the questions. */
export class Ignores {
  readonly #repository: Repository;
  readonly #git: GitProcess;
  readonly #waiting: { resolve(ignored: boolean): void; reject(error: unknown): void }[] = [];
  #unsent: Buffer[] = [];
  /** The answer that is not whole yet: source, line number, pattern, path. */
  #fields: string[] = [];
  #rest = '';
  #failure: unknown;

  constructor(repository: Repository) {
    this.#repository = repository;
    // --no-index: otherwise each question costs a walk through the whole index (3 ms at 78,000 files).
    this.#git = repository.start(['check-ignore', '--no-index', '--stdin', '-z', '-v', '-n'], [1]);
    this.#git.child.stdout.setEncoding('latin1').on('data', (text: string) => this.#receive(text));
    this.#git.done.then(
      () => this.#fail(new Error('git check-ignore ended early')),
      (error) => this.#fail(error),
    );
  }

  /** The path's parent must be a real folder or absent: Git gives up on a path beyond a symbolic link. */
  async has(path: RawPath): Promise<boolean> {
    return (await this.#matches(path)) && !(await this.#repository.tracks(path));
  }

  close(): void {
    this.#git.child.kill('SIGKILL');
  }

  #matches(path: RawPath): Promise<boolean> {
    if (this.#failure) return Promise.reject(this.#failure);
    // "./" keeps a leading ":" from being pathspec magic.
    this.#unsent.push(rawPath.toBytes(`./${path}\0`));
    if (this.#unsent.length === 1) queueMicrotask(() => this.#flush());
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #flush(): void {
    if (this.#git.child.stdin.writable) this.#git.child.stdin.write(Buffer.concat(this.#unsent));
    this.#unsent = [];
  }

  #receive(text: string): void {
    const fields = (this.#rest + text).split('\0');
    this.#rest = fields.pop() ?? '';
    for (const field of fields) {
      this.#fields.push(field);
      if (this.#fields.length < 4) continue;
      const [, , pattern = ''] = this.#fields;
      this.#fields = [];
      this.#waiting.shift()?.resolve(pattern !== '' && !pattern.startsWith('!'));
    }
  }

  #fail(error: unknown): void {
    this.#failure = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** Binary search in a sorted list. */
function firstAtOrAfter(sorted: readonly string[], wanted: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
