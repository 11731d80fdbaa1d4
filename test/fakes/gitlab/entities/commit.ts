// Commits, read out of a repository with one `git log`.
import { pathOf } from '../world/places.js';
import type { Repository } from '../world/repository.js';
import type { Project } from '../world/types.js';
import type { World } from '../world/world.js';
import { EMPTY_TREE } from './diff.js';

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
export function readCommit(project: Project, revision: string): Commit | undefined {
  const sha = project.repository?.resolve(revision);
  return sha && project.repository ? readCommits(project.repository, '--max-count=1', sha)[0] : undefined;
}

/** GitLab's `Commit` entity. */
export function commitEntity(world: World, project: Project, commit: Commit) {
  return {
    id: commit.sha,
    short_id: commit.sha.slice(0, 8),
    created_at: commit.committedAt,
    parent_ids: commit.parents,
    title: commit.title,
    message: commit.message,
    author_name: commit.authorName,
    author_email: commit.authorEmail,
    authored_date: commit.authoredAt,
    committer_name: commit.committerName,
    committer_email: commit.committerEmail,
    committed_date: commit.committedAt,
    trailers: {},
    extended_trailers: {},
    web_url: `${world.url}/${pathOf(project)}/-/commit/${commit.sha}`,
  };
}

/** `CommitDetail`: with the status of its newest pipeline and, unless `stats` is false, how many lines changed. */
export function commitDetail(world: World, project: Project, commit: Commit, { stats = true } = {}) {
  const pipeline = world.pipelines.findLast((one) => one.project === project && one.sha === commit.sha);
  return {
    ...commitEntity(world, project, commit),
    ...(stats && { stats: commitStats(project, commit) }),
    status: pipeline?.status ?? null,
    project_id: project.id,
    last_pipeline: pipeline
      ? {
          id: pipeline.id,
          iid: pipeline.iid,
          project_id: project.id,
          sha: pipeline.sha,
          ref: pipeline.ref,
          status: pipeline.status,
          source: pipeline.source,
          created_at: pipeline.createdAt,
          updated_at: pipeline.updatedAt,
          web_url: `${world.url}/${pathOf(project)}/-/pipelines/${pipeline.id}`,
        }
      : null,
  };
}

export function commitStats({ repository }: Project, { sha, parents }: Commit) {
  const output = repository?.git('diff', '--numstat', parents[0] ?? EMPTY_TREE, sha, '--') ?? '';
  const lines = output.split('\n').filter(Boolean);
  const sum = (column: number) => lines.reduce((total, line) => total + (Number(line.split('\t')[column]) || 0), 0);
  const [additions, deletions] = [sum(0), sum(1)];
  return { additions, deletions, total: additions + deletions };
}
