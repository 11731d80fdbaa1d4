import * as z from 'zod';
import { commitDetail, commitEntity } from '../../entities/commit.js';
import { diffEntity } from '../../entities/diff.js';
import { EMPTY_TREE, readDiff } from '../../git/diff.js';
import { type Commit, commitStats, readCommit, readCommits } from '../../git/log.js';
import type { Repository } from '../../git/repository.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { notFound, renderError } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import type { Project } from '../../world/types.js';
import { codeOf, refOr } from './code.js';
import { writeCommit } from './write.js';

const scopes = ['ai_workflows'];

const listParams = z.object({
  ref_name: p.string().optional(),
  since: p.time().optional(),
  until: p.time().optional(),
  path: p.string().optional(),
  author: p.string().optional(),
  all: p.boolean().default(false),
  with_stats: p.boolean().default(false),
  first_parent: p.boolean().default(false),
  order: p.oneOf('default', 'topo').default('default'),
  trailers: p.boolean().default(false),
});

const action = z
  .object({
    action: p.oneOf('create', 'update', 'move', 'delete', 'chmod'),
    file_path: p.string(),
    previous_path: p.string().optional(),
    content: p.string().optional(),
    encoding: p.oneOf('text', 'base64').default('text'),
    last_commit_id: p.string().optional(),
    execute_filemode: p.boolean().optional(),
  })
  .check(({ value, issues }) => {
    const needed = { move: 'previous_path', update: 'content', chmod: 'execute_filemode', create: '', delete: '' }[
      value.action
    ];
    if (needed === '' || needed in value) return;
    issues.push({ code: 'custom', path: [needed], message: 'is missing', input: value });
  });

const createParams = z.object({
  branch: p.filled(),
  commit_message: p.string(),
  actions: p.list(action),
  start_branch: p.string().optional(),
  start_sha: p.string().optional(),
  author_email: p.string().optional(),
  author_name: p.string().optional(),
  stats: p.boolean().default(true),
  force: p.boolean().default(false),
});

export const commits: Route[] = [
  route('GET', '/projects/:id/repository/commits', { params: listParams, scopes }, (context) => {
    const project = codeOf(context);
    const { params, world } = context;
    const revision = params.all ? '--all' : revisionOf(project, params.ref_name);
    if (!project.repository) return context.paginate([], (nothing) => nothing);
    if (!revision) throw notFound('Commit');
    const found = readCommits(project.repository, ...logArguments(revision, params));
    // GitLab does not count the commits, so it sends no totals.
    return context.paginate(
      found,
      (commit) => ({
        ...commitEntity(world, project, commit),
        ...(params.with_stats && { stats: commitStats(project.repository, commit) }),
      }),
      { totals: false },
    );
  }),

  route(
    'POST',
    '/projects/:id/repository/commits',
    { params: createParams, scopes, mutuallyExclusive: [['start_branch', 'start_sha']] },
    (context) => {
      const project = codeOf(context);
      const { params, world } = context;
      if (params.actions.length === 0) throw renderError(400, 'No actions were given');
      const sha = writeCommit(context, project, params);
      return commitDetail(world, project, findCommit(project, sha), { stats: params.stats });
    },
  ),

  route(
    'GET',
    '/projects/:id/repository/commits/:sha',
    { params: z.object({ stats: p.boolean().default(true) }), scopes, jobToken: true },
    (context) => {
      const { project, commit } = commitOf(context);
      return commitDetail(context.world, project, commit, { stats: context.params.stats });
    },
  ),

  route(
    'GET',
    '/projects/:id/repository/commits/:sha/diff',
    { params: z.object({ unidiff: p.boolean().default(false) }), scopes },
    (context) => {
      const { repository, commit } = commitOf(context);
      const diffs = readDiff(repository, commit.parents[0] ?? EMPTY_TREE, commit.sha);
      return context.paginate(diffs, (diff) => diffEntity(diff, context.params));
    },
  ),

  route(
    'GET',
    '/projects/:id/repository/commits/:sha/refs',
    { params: z.object({ type: p.oneOf('branch', 'tag', 'all').default('all') }), scopes },
    (context) => {
      const { repository, commit } = commitOf(context);
      const { type } = context.params;
      const refs = [
        ...(type === 'tag' ? [] : refsWith(repository, commit, 'heads').map((name) => ({ type: 'branch', name }))),
        ...(type === 'branch' ? [] : refsWith(repository, commit, 'tags').map((name) => ({ type: 'tag', name }))),
      ];
      return context.paginate(refs, (ref) => ref);
    },
  ),
];

function commitOf(context: Context): { project: Project; repository: Repository; commit: Commit } {
  const project = codeOf(context);
  const commit = readCommit(project.repository, refOr(project, context.path['sha']));
  if (!commit || !project.repository) throw notFound('Commit');
  return { project, repository: project.repository, commit };
}

function findCommit(project: Project, sha: string): Commit {
  const commit = readCommit(project.repository, sha);
  if (!commit) throw notFound('Commit');
  return commit;
}

/** A commit, or a range `a..b` of two, as `git log` takes it. */
function revisionOf(project: Project, ref: string | undefined): string | undefined {
  const [, from, to] = /^(.+?)\.\.(.+)$/.exec(ref ?? '') ?? [];
  if (!from || !to) return project.repository?.resolve(refOr(project, ref));
  const ends = [from, to].map((end) => project.repository?.resolve(refOr(project, end)));
  return ends.every(Boolean) ? ends.join('..') : undefined;
}

function logArguments(revision: string, params: z.output<typeof listParams>): string[] {
  const { since, until, author, path } = params;
  return [
    '--fixed-strings',
    '--regexp-ignore-case',
    ...(since ? [`--since=${since.toISOString()}`] : []),
    ...(until ? [`--until=${until.toISOString()}`] : []),
    ...(author ? [`--author=${author}`] : []),
    ...(params.first_parent ? ['--first-parent'] : []),
    ...(params.order === 'topo' ? ['--topo-order'] : []),
    revision,
    '--',
    ...(path ? [`:(literal)${path}`] : []),
  ];
}

function refsWith(repository: Repository, { sha }: Commit, kind: 'heads' | 'tags'): string[] {
  const output = repository.git('for-each-ref', `--contains=${sha}`, '--format=%(refname:lstrip=2)', `refs/${kind}`);
  return output.split('\n').filter(Boolean);
}
