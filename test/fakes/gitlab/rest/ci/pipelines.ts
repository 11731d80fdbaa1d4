// Pipelines: /projects/:id/pipelines and /projects/:id/pipeline.
import * as z from 'zod';
import { bridgeEntity, jobEntity } from '../../entities/job.js';
import { pipelineEntity, pipelineInList, pipelineWithMetadata } from '../../entities/pipeline.js';
import { testReport, testReportSummary } from '../../entities/test-report.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { forbidden, invalid, type Reply, status } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { since } from '../../http/version.js';
import { ConfigError } from '../../services/ci/config-error.js';
import { cancelJob, createPipeline, currentJobs, isRetryable, retryJob } from '../../services/ci/pipelines.js';
import { jobScope, STATUSES } from '../../services/ci/statuses.js';
import { access, type Job, type Pipeline, type Project } from '../../world/types.js';
import { authorizeRun, findPipeline, mayRun, readableProject } from './find.js';

const listParams = z.object({
  scope: p.oneOf('running', 'pending', 'finished', 'branches', 'tags').optional(),
  status: p.oneOf(...STATUSES).optional(),
  ref: p.string().optional(),
  sha: p.string().optional(),
  yaml_errors: p.boolean().optional(),
  username: p.string().optional(),
  updated_before: p.time().optional(),
  updated_after: p.time().optional(),
  created_before: p.time().optional(),
  created_after: p.time().optional(),
  order_by: p.oneOf('id', 'status', 'ref', 'updated_at', 'user_id').default('id'),
  sort: p.oneOf('asc', 'desc').default('desc'),
  source: p.string().optional(),
  name: p.string().optional(),
});

const createParams = z.object({
  ref: p.filled(),
  variables: p
    .list(
      z.object({
        key: p.string(),
        value: p.string(),
        variable_type: p.oneOf('env_var', 'file').default('env_var'),
      }),
    )
    .default([]),
  inputs: z.record(z.string(), z.unknown()).default({}),
});

const reading = { scopes: ['ai_workflows'] };

export const pipelines: Route[] = [
  route('GET', '/projects/:id/pipelines', { ...reading, jobToken: true, params: listParams }, (context) =>
    context.paginate(list(context, readableProject(context)), (pipeline) => pipelineInList(context.world, pipeline)),
  ),

  route('POST', '/projects/:id/pipeline', { params: createParams, limit: 'pipelines_create' }, (context) => {
    const { world, params, currentUser: user } = context;
    const project = context.project();
    context.authorize(access.developer, project);
    const { ref, inputs } = params;
    const variables = params.variables.map(({ key, value, variable_type: variableType }) => ({
      key,
      value,
      variableType,
    }));
    try {
      if (project.repository?.resolve(ref) && !mayRun(context, { ref, project })) {
        throw new ConfigError(
          `You do not have sufficient permission to run a pipeline on '${ref}'. Please select a different branch or contact your administrator for assistance.`,
        );
      }
      return pipelineEntity(world, createPipeline(world, { project, user, ref, variables, inputs }));
    } catch (error) {
      if (error instanceof ConfigError) throw invalid({ base: [error.message] });
      throw error;
    }
  }),

  route(
    'GET',
    '/projects/:id/pipelines/latest',
    { ...reading, params: z.object({ ref: p.string().optional() }) },
    (context) => {
      const project = readableProject(context);
      const ref = context.params.ref ?? project.defaultBranch;
      const sha = project.repository?.resolve(ref);
      const latest = context.world.pipelines.findLast(
        (one) => one.project === project && one.ref === ref && (sha === undefined || one.sha === sha),
      );
      // GitLab asks whether one may read a pipeline that is not there.
      if (!latest) throw forbidden();
      return pipelineWithMetadata(context.world, latest);
    },
  ),

  route('GET', '/projects/:id/pipelines/:pipeline_id', { ...reading, jobToken: true }, (context) =>
    pipelineWithMetadata(context.world, findPipeline(context)),
  ),

  route(
    'GET',
    '/projects/:id/pipelines/:pipeline_id/jobs',
    { ...reading, jobToken: true, params: z.object({ scope: jobScope, include_retried: p.boolean().default(false) }) },
    (context) => {
      const jobs = jobsOf(context, false).filter((job) => context.params.include_retried || !job.retried);
      return context.paginate(jobs, (job) => jobEntity(context.world, job));
    },
  ),

  route(
    'GET',
    '/projects/:id/pipelines/:pipeline_id/bridges',
    { ...reading, jobToken: true, params: z.object({ scope: jobScope }) },
    bridges,
  ),

  route(
    'GET',
    '/projects/:id/pipelines/:pipeline_id/trigger_jobs',
    { ...reading, jobToken: true, params: z.object({ scope: jobScope }), when: since('19.2') },
    bridges,
  ),

  route('GET', '/projects/:id/pipelines/:pipeline_id/variables', reading, (context) => {
    const pipeline = findPipeline(context);
    context.authorize(access.developer, pipeline.project);
    return pipeline.variables.map(({ key, value, variableType }) => ({
      variable_type: variableType,
      key,
      value,
      hidden: false,
      raw: false,
      description: null,
    }));
  }),

  route('GET', '/projects/:id/pipelines/:pipeline_id/test_report', reading, (context) =>
    testReport(findPipeline(context)),
  ),

  route('GET', '/projects/:id/pipelines/:pipeline_id/test_report_summary', reading, (context) =>
    testReportSummary(context.world, findPipeline(context)),
  ),

  route(
    'PUT',
    '/projects/:id/pipelines/:pipeline_id/metadata',
    { jobToken: true, params: z.object({ name: p.string() }) },
    (context) => {
      const pipeline = findPipeline(context);
      authorizeRun(context, pipeline);
      const { name } = context.params;
      if (name.length > 255) throw invalid({ name: ['is too long (maximum is 255 characters)'] });
      pipeline.name = name;
      return pipelineWithMetadata(context.world, pipeline);
    },
  ),

  route('POST', '/projects/:id/pipelines/:pipeline_id/retry', { limit: 'pipelines_retry' }, (context) => {
    const { world, currentUser } = context;
    const pipeline = findPipeline(context);
    authorizeRun(context, pipeline);
    for (const job of currentJobs(world, pipeline)) {
      if (isRetryable(job) && job.status !== 'success') retryJob(world, job, currentUser);
    }
    return pipelineEntity(world, pipeline);
  }),

  route('POST', '/projects/:id/pipelines/:pipeline_id/cancel', { limit: 'pipelines_cancel' }, (context) => {
    const pipeline = findPipeline(context);
    authorizeRun(context, pipeline);
    for (const job of currentJobs(context.world, pipeline)) cancelJob(context.world, job);
    return status(200, pipelineEntity(context.world, pipeline));
  }),
];

function bridges(context: Context<{ scope?: string[] | undefined }>): Reply {
  return context.paginate(jobsOf(context, true), (job) => bridgeEntity(context.world, job));
}

/** Newest first. */
function jobsOf(context: Context<{ scope?: string[] | undefined }>, bridge: boolean): Job[] {
  const pipeline = findPipeline(context);
  const { scope } = context.params;
  return context.world.jobs
    .filter(
      (job) => job.pipeline === pipeline && job.bridge === bridge && (!scope?.length || scope.includes(job.status)),
    )
    .reverse();
}

const FINISHED = ['success', 'failed', 'canceled', 'skipped'];

function list({ world, params }: Context<z.output<typeof listParams>>, project: Project): Pipeline[] {
  const { scope } = params;
  const found = world.pipelines.filter(
    (one) =>
      one.project === project &&
      // Child pipelines are listed only for who asks for them.
      (params.source === undefined ? one.source !== 'parent_pipeline' : one.source === params.source) &&
      (params.status === undefined || one.status === params.status) &&
      (params.ref === undefined || one.ref === params.ref) &&
      (params.sha === undefined || one.sha === params.sha) &&
      (params.name === undefined || one.name === params.name) &&
      (params.username === undefined || one.user.username === params.username) &&
      (params.yaml_errors === undefined || (one.yamlErrors !== null) === params.yaml_errors) &&
      within(one.updatedAt, params.updated_after, params.updated_before) &&
      within(one.createdAt, params.created_after, params.created_before) &&
      (scope !== 'running' || one.status === 'running') &&
      (scope !== 'pending' || one.status === 'pending') &&
      (scope !== 'finished' || FINISHED.includes(one.status)),
  );
  const byRef = scope === 'branches' || scope === 'tags' ? newestPerRef(found, scope === 'tags') : found;
  const sign = params.sort === 'asc' ? 1 : -1;
  return byRef.sort((a, b) => sign * (order(a, b, params.order_by) || a.id - b.id));
}

function newestPerRef(found: readonly Pipeline[], tag: boolean): Pipeline[] {
  return [...new Map(found.filter((one) => one.tag === tag).map((one) => [one.ref, one])).values()];
}

function order(a: Pipeline, b: Pipeline, by: 'id' | 'status' | 'ref' | 'updated_at' | 'user_id'): number {
  if (by === 'status' || by === 'ref') return a[by].localeCompare(b[by]);
  if (by === 'updated_at') return a.updatedAt.getTime() - b.updatedAt.getTime();
  return by === 'user_id' ? a.user.id - b.user.id : a.id - b.id;
}

const within = (at: Date, after: Date | undefined, before: Date | undefined): boolean =>
  (after === undefined || at >= after) && (before === undefined || at <= before);
