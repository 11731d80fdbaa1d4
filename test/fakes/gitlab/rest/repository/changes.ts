// The actions of a commit, checked one after the other as GitLab does, as changes of a repository.
import type { Change, Repository } from '../../git/repository.js';
import { renderError } from '../../http/reply.js';

export interface Action {
  action: 'create' | 'update' | 'move' | 'delete' | 'chmod';
  file_path: string;
  previous_path?: string | undefined;
  content?: string | undefined;
  encoding?: 'text' | 'base64' | undefined;
  last_commit_id?: string | undefined;
  execute_filemode?: boolean | undefined;
}

/** Changes for `actions` upon the commit `from` (nothing for a first commit). Throws the 400 of the first that does not fit. */
export function changesOf(repository: Repository, from: string | undefined, actions: readonly Action[]): Change[] {
  const staged = new Staged(repository, from);
  return actions.flatMap((action) => staged.apply(action));
}

/** The files as they are after the actions so far. */
class Staged {
  /** What the actions wrote; null for a file that is gone. */
  readonly #written = new Map<string, Buffer | null>();

  constructor(
    readonly repository: Repository,
    readonly from: string | undefined,
  ) {}

  apply(action: Action): Change[] {
    const path = checkedPath(action.file_path);
    const content = Buffer.from(action.content ?? '', action.encoding === 'base64' ? 'base64' : 'utf8');
    switch (action.action) {
      case 'create':
        this.#checkVacant(path);
        return [this.#write(path, content, modeOf(action))];
      case 'update':
        this.#existing(path, action);
        return [this.#write(path, content, modeOf(action) ?? this.#mode(path))];
      case 'delete':
        this.#existing(path, action);
        return [this.#delete(path)];
      case 'move': {
        const previous = checkedPath(action.previous_path ?? '');
        const before = this.#existing(previous, action);
        this.#checkVacant(path);
        const mode = this.#mode(previous);
        return [this.#delete(previous), this.#write(path, action.content === undefined ? before : content, mode)];
      }
      case 'chmod':
        return [this.#write(path, this.#existing(path, action), modeOf(action))];
    }
  }

  #write(path: string, content: Buffer, mode = '100644'): Change {
    this.#written.set(path, content);
    return { kind: 'write', path, content, mode };
  }

  #delete(path: string): Change {
    this.#written.set(path, null);
    return { kind: 'delete', path };
  }

  #read(path: string): Buffer | undefined {
    const written = this.#written.get(path);
    if (written !== undefined) return written ?? undefined;
    return this.from ? this.repository.read(this.from, path) : undefined;
  }

  #existing(path: string, { last_commit_id }: Action): Buffer {
    const bytes = this.#read(path);
    if (bytes === undefined) throw renderError(400, `A file with this name doesn't exist`);
    if (last_commit_id && this.from && lastCommitOf(this.repository, this.from, path) !== last_commit_id) {
      throw renderError(400, `The file has changed since you started editing it: ${path}`);
    }
    return bytes;
  }

  #checkVacant(path: string): void {
    const folder = this.from && this.repository.typeOf(`${this.from}:${path}`) === 'tree';
    if (folder || this.#read(path) !== undefined) throw renderError(400, 'A file with this name already exists');
  }

  #mode(path: string): string | undefined {
    if (!this.from) return undefined;
    return this.repository.git('ls-tree', this.from, '--', `:(literal)${path}`).split(' ')[0] || undefined;
  }
}

/** The hash of the last commit that changed a file. */
export function lastCommitOf(repository: Repository, revision: string, path: string): string {
  return repository.git('rev-list', '--max-count=1', revision, '--', `:(literal)${path}`).trim();
}

function checkedPath(path: string): string {
  const parts = path.replace(/^\//, '').split('/');
  if (parts.includes('..')) throw renderError(400, 'Path cannot include directory traversal');
  if (path === '' || parts.includes('.git') || parts.includes('')) throw renderError(400, `Invalid path: '${path}'`);
  return parts.join('/');
}

function modeOf({ execute_filemode }: Action): string | undefined {
  return execute_filemode === undefined ? undefined : execute_filemode ? '100755' : '100644';
}
