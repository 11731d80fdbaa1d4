// A project's Git repository: a bare one in a temporary folder.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder, removeFolder } from './folders.js';
import { GitError, git } from './run.js';

export interface Signature {
  name: string;
  email: string;
  at: Date;
}

/** One change of a commit. Contents are raw bytes; `mode` is `100644`, `100755` or `120000`. */
export type Change =
  | { kind: 'write'; path: string; content: Buffer | string; mode?: string }
  | { kind: 'delete'; path: string }
  | { kind: 'move'; from: string; path: string }
  | { kind: 'mode'; path: string; mode: string };

export interface CommitInput {
  branch: string;
  message: string;
  changes: readonly Change[];
  author: Signature;
  committer?: Signature;
  /** A revision to start the branch from; by default the branch's tip, or nothing for a first commit. */
  from?: string;
  /** Further parents, for a merge. */
  merge?: readonly string[];
}

export class Repository {
  /** What a commit holds at a path never changes. */
  readonly #files = new Map<string, Buffer | undefined>();

  private constructor(readonly folder: string) {}

  static create(): Repository {
    const folder = newFolder();
    // What `git init --bare` makes, without a process.
    for (const name of ['objects', 'refs']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/main\n');
    writeFileSync(join(folder, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
    return new Repository(folder);
  }

  /** A copy of a local repository, all branches and tags. */
  static import(source: string): Repository {
    const repository = Repository.create();
    repository.git('fetch', '--quiet', source, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*');
    return repository;
  }

  /** Removes its folder. */
  remove(): void {
    removeFolder(this.folder);
  }

  copy(): Repository {
    return Repository.import(this.folder);
  }

  /** Standard output of `git ARGS`. Throws a GitError. */
  git(...args: readonly string[]): string {
    return this.bytes(...args).toString('utf8');
  }

  bytes(...args: readonly string[]): Buffer {
    return git(this.folder, args);
  }

  /** The commit behind a branch, tag or hash; undefined where there is none. */
  resolve(revision: string): string | undefined {
    if (revision === '' || revision.startsWith('-')) return undefined;
    const tip = this.#tip(revision.replace(/^refs\/heads\//, ''));
    if (tip) return tip;
    const exact = /^(refs\/.*|[0-9a-f]{40})$/.test(revision);
    for (const name of exact ? [revision] : [`refs/heads/${revision}`, `refs/tags/${revision}`, revision]) {
      try {
        return this.git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`).trim();
      } catch (error) {
        if (!(error instanceof GitError)) throw error;
      }
    }
    return undefined;
  }

  /** Of a branch, from its file: most requests ask for one, and a process each would be slow. */
  #tip(branch: string): string | undefined {
    if (branch.split('/').includes('..')) return undefined;
    try {
      return /^[0-9a-f]{40}(?=\n$)/.exec(readFileSync(join(this.folder, 'refs/heads', branch), 'utf8'))?.[0];
    } catch {
      return undefined;
    }
  }

  branches(): string[] {
    return this.git('for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads').split('\n').filter(Boolean);
  }

  hasBranch(name: string): boolean {
    return this.branches().includes(name);
  }

  createBranch(name: string, sha: string): void {
    this.git('update-ref', `refs/heads/${name}`, sha);
  }

  deleteBranch(name: string): void {
    this.git('update-ref', '-d', `refs/heads/${name}`);
  }

  createTag(name: string, sha: string, annotation?: { message: string; tagger: Signature }): void {
    if (!annotation) return void this.git('update-ref', `refs/tags/${name}`, sha);
    const { message, tagger } = annotation;
    git(this.folder, ['tag', '--annotate', '--file=-', name, sha], {
      input: message,
      env: { GIT_COMMITTER_NAME: tagger.name, GIT_COMMITTER_EMAIL: tagger.email, GIT_COMMITTER_DATE: date(tagger.at) },
    });
  }

  mergeBase(a: string, b: string): string | undefined {
    return (
      git(this.folder, ['merge-base', a, b], { accept: [1] })
        .toString()
        .trim() || undefined
    );
  }

  /** Takes a commit of another repository over, under `ref`. */
  fetch(source: Repository, sha: string, ref: string): void {
    if (source !== this) this.git('fetch', '--quiet', source.folder, sha);
    this.git('update-ref', ref, sha);
  }

  /** The bytes of a file at a revision; undefined where there is none. */
  read(revision: string, path: string): Buffer | undefined {
    const commit = this.resolve(revision);
    if (!commit) return undefined;
    const key = `${commit}:${path}`;
    if (!this.#files.has(key)) this.#files.set(key, this.#blob(key));
    return this.#files.get(key);
  }

  #blob(object: string): Buffer | undefined {
    try {
      return this.bytes('cat-file', 'blob', object);
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }

  /** `blob`, `tree`, `commit` or `tag`; undefined where there is no such object. */
  typeOf(object: string): string | undefined {
    try {
      return this.git('cat-file', '-t', object).trim();
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }

  /** Makes a commit and moves the branch to it. Returns its hash. */
  commit({ branch, message, changes, author, committer = author, ...input }: CommitInput): string {
    const from = input.from === undefined ? this.resolve(`refs/heads/${branch}`) : this.resolve(input.from);
    const parts: (Buffer | string)[] = [
      `commit refs/heads/${branch}\n`,
      `author ${signed(author)}\n`,
      `committer ${signed(committer)}\n`,
      ...data(message),
      ...(from ? [`from ${from}\n`] : []),
      ...(input.merge ?? []).map((parent) => `merge ${parent}\n`),
    ];
    for (const change of changes) {
      switch (change.kind) {
        case 'write':
          parts.push(`M ${change.mode ?? '100644'} inline ${quoted(change.path)}\n`, ...data(change.content));
          break;
        case 'delete':
          parts.push(`D ${quoted(change.path)}\n`);
          break;
        case 'move':
          parts.push(`R ${quoted(change.from)} ${quoted(change.path)}\n`);
          break;
        case 'mode': {
          const blob = this.git('rev-parse', '--verify', `${from}:${change.path}`).trim();
          parts.push(`M ${change.mode} ${blob} ${quoted(change.path)}\n`);
        }
      }
    }
    const stream = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
    git(this.folder, ['fast-import', '--quiet', '--force', '--date-format=raw'], { input: stream });
    const made = this.#tip(branch);
    if (!made) throw new Error(`The commit to ${branch} of ${this.folder} was not made.`);
    return made;
  }
}

const date = (at: Date): string => `${Math.floor(at.getTime() / 1000)} +0000`;

const signed = ({ name, email, at }: Signature): string => {
  const clean = (text: string) => text.replace(/[<>\n\0]/g, '');
  return `${clean(name)} <${clean(email)}> ${date(at)}`;
};

const data = (content: Buffer | string): (Buffer | string)[] => [`data ${Buffer.byteLength(content)}\n`, content, '\n'];

const quoted = (path: string): string =>
  `"${path.replace(/["\\\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))}"`;
