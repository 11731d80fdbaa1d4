// Commits, read out of a repository with one `git log`.
import { EMPTY_TREE } from './diff.js';
import type { Repository } from './repository.js';

export interface Commit {
  sha: string;
  parents: string[];
  title: string;
  message: string;
  authorName: string;
  authorEmail: string;
  authoredAt: Date;
  committerName: string;
  committerEmail: string;
  committedAt: Date;
}

const FORMAT = ['%H', '%P', '%s', '%B', '%an', '%ae', '%aI', '%cn', '%ce', '%cI'].join('%x1f');

/** The commits `git log ARGS` finds, newest first. */
export function readCommits(repository: Repository, ...args: readonly string[]): Commit[] {
  const output = repository.git('log', '-z', `--format=tformat:${FORMAT}`, '--no-color', ...args);
  return output
    .split('\0')
    .filter(Boolean)
    .map((record) => {
      const [sha = '', parents = '', title = '', message = '', ...rest] = record.split('\x1f');
      const [
        authorName = '',
        authorEmail = '',
        authored = '',
        committerName = '',
        committerEmail = '',
        committed = '',
      ] = rest;
      return {
        sha,
        parents: parents.split(' ').filter(Boolean),
        title,
        message,
        authorName,
        authorEmail,
        authoredAt: new Date(authored),
        committerName,
        committerEmail,
        committedAt: new Date(committed),
      };
    });
}

/** The commit behind a revision; undefined where there is none. */
export function readCommit(repository: Repository | undefined, revision: string): Commit | undefined {
  const sha = repository?.resolve(revision);
  return repository && sha ? readCommits(repository, '--max-count=1', sha)[0] : undefined;
}

/** Lines that a commit added and deleted. */
export function commitStats(repository: Repository | undefined, { sha, parents }: Commit) {
  const output = repository?.git('diff', '--numstat', parents[0] ?? EMPTY_TREE, sha, '--') ?? '';
  const lines = output.split('\n').filter(Boolean);
  const sum = (column: number) => lines.reduce((total, line) => total + (Number(line.split('\t')[column]) || 0), 0);
  const [additions, deletions] = [sum(0), sum(1)];
  return { additions, deletions, total: additions + deletions };
}
