// Merging, squashing and rebasing in a bare repository: trees are merged without a checkout.
import type { Repository, Signature } from './repository.js';
import { git } from './run.js';

/** The tree of a merge of two commits; undefined where they conflict. */
export function mergeTree({ folder }: Repository, ours: string, theirs: string): string | undefined {
  const output = git(folder, ['merge-tree', '--write-tree', '--no-messages', ours, theirs], { accept: [1] }).toString();
  const [tree = '', ...conflicts] = output.trim().split('\n');
  return conflicts.length === 0 ? tree : undefined;
}

export interface NewCommit {
  tree: string;
  parents: readonly string[];
  message: string;
  author: Signature;
  committer: Signature;
}

export function commitTree({ folder }: Repository, { tree, parents, message, author, committer }: NewCommit): string {
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
  const env = { ...identity('AUTHOR', author), ...identity('COMMITTER', committer) };
  return git(folder, args, { input: message, env }).toString().trim();
}

function identity(role: 'AUTHOR' | 'COMMITTER', { name, email, at }: Signature): Record<string, string> {
  const date = `@${Math.floor(at.getTime() / 1000)} +0000`;
  return { [`GIT_${role}_NAME`]: name, [`GIT_${role}_EMAIL`]: email, [`GIT_${role}_DATE`]: date };
}

export function isAncestor(repository: Repository, ancestor: string, of: string): boolean {
  return repository.mergeBase(ancestor, of) === ancestor;
}

/** The commits of `from..to` made anew on top of `from`; undefined where one conflicts. Merges are left out, as Git does. */
export function rebase(repository: Repository, from: string, to: string, committer: Signature): string | undefined {
  const list = repository.git('rev-list', '--reverse', '--no-merges', '--topo-order', `${from}..${to}`);
  let tip = from;
  for (const sha of list.split('\n').filter(Boolean)) {
    const tree = pick(repository, sha, tip);
    if (!tree) return undefined;
    const [name = '', email = '', seconds = '', message = ''] = repository
      .git('log', '-1', '--format=%an%x1f%ae%x1f%at%x1f%B', sha)
      .split('\x1f');
    const author = { name, email, at: new Date(Number(seconds) * 1000) };
    tip = commitTree(repository, { tree, parents: [tip], message: message.trimEnd(), author, committer });
  }
  return tip;
}

/** What `sha` changed, done to `onto`: a merge whose base is the parent of `sha`, which a commit between says to Git. */
function pick(repository: Repository, sha: string, onto: string): string | undefined {
  const nobody = { name: 'GitLab', email: 'gitlab@localhost', at: new Date('2000-01-01T00:00:00Z') };
  const parent = repository.git('rev-parse', `${sha}^`).trim();
  const tree = repository.git('rev-parse', `${onto}^{tree}`).trim();
  const between = commitTree(repository, { tree, parents: [parent], message: '', author: nobody, committer: nobody });
  return mergeTree(repository, between, sha);
}
