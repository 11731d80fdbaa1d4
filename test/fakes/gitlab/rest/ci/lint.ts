// Checking CI files: /projects/:id/ci/lint.
import * as z from 'zod';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { forbidden, notFound, status, unauthorized } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { CONFIG_PATH } from '../../services/ci/config.js';
import { type LintRequest, lint } from '../../services/ci/lint.js';
import { mayReadCode } from '../../world/access.js';
import { access, type Project } from '../../world/types.js';

const common = {
  dry_run: p.boolean().default(false),
  include_jobs: p.boolean().default(false),
  ref: p.string().optional(),
};

export const ciLint: Route[] = [
  route(
    'GET',
    '/projects/:id/ci/lint',
    {
      params: z.object({
        ...common,
        sha: p.string().optional(),
        content_ref: p.string().optional(),
        dry_run_ref: p.string().optional(),
      }),
      mutuallyExclusive: [
        ['sha', 'content_ref'],
        ['ref', 'dry_run_ref'],
      ],
    },
    (context) => {
      const { world, user, params } = context;
      const project = context.project();
      if (!mayReadCode(world, user, project)) throw user ? forbidden() : unauthorized();
      const { repository } = project;
      if (!repository) throw notFound('Repository');
      const sha = repository.resolve(params.content_ref ?? params.sha ?? project.defaultBranch);
      if (!sha) throw notFound('Commit');
      const content = repository.read(sha, CONFIG_PATH)?.toString('utf8') ?? '';
      return lint(world, request(context, project, content, sha, params.dry_run_ref ?? params.ref));
    },
  ),

  route(
    'POST',
    '/projects/:id/ci/lint',
    { params: z.object({ ...common, content: p.string() }), scopes: ['ai_workflows'], limit: 'ci_lint' },
    (context) => {
      const project = context.project();
      context.authorize(access.developer, project);
      const sha = project.repository?.resolve(project.defaultBranch) ?? '';
      const { content, ref } = context.params;
      return status(200, lint(context.world, request(context, project, content, sha, ref)));
    },
  ),
];

function request(
  { user, params }: Context<{ dry_run: boolean; include_jobs: boolean }>,
  project: Project,
  content: string,
  sha: string,
  ref = project.defaultBranch,
): LintRequest {
  return { project, user, content, sha, ref, dryRun: params.dry_run, includeJobs: params.include_jobs };
}
