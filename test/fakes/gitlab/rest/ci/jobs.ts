// Jobs and their logs: /projects/:id/jobs, and /job for a job's own token.
import * as z from 'zod';
import { bridgeEntity, jobEntity } from '../../entities/job.js';
import { p } from '../../http/params.js';
import { badRequest, forbidden, notFound, raw, status } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { logBody } from '../../services/ci/log.js';
import { cancelJob, isRetryable, playJob, retryJob } from '../../services/ci/pipelines.js';
import { jobScope } from '../../services/ci/statuses.js';
import { access } from '../../world/types.js';
import { authorizeRun, findJob, readableProject } from './find.js';

const reading = { authenticated: true, scopes: ['ai_workflows'] };

export const jobs: Route[] = [
  route(
    'GET',
    '/projects/:id/jobs',
    {
      ...reading,
      jobToken: true,
      limit: 'jobs_index',
      params: z.object({ scope: jobScope, pagination: p.string().optional() }),
    },
    (context) => {
      const { world, params } = context;
      const project = readableProject(context);
      const found = world.jobs
        .filter((job) => job.pipeline.project === project && !job.bridge)
        .filter((job) => !params.scope?.length || params.scope.includes(job.status))
        .reverse();
      return params.pagination === 'keyset'
        ? context.paginateByKey(
            found,
            (job) => jobEntity(world, job),
            ({ id }) => id,
          )
        : context.paginate(found, (job) => jobEntity(world, job), { totals: false });
    },
  ),

  route('GET', '/projects/:id/jobs/:job_id', reading, (context) => jobEntity(context.world, findJob(context))),

  route('GET', '/projects/:id/jobs/:job_id/trace', reading, (context) => {
    const job = findJob(context);
    return raw(logBody(job), 'text/plain', { 'content-disposition': `infile; filename="${job.id}.log"` });
  }),

  route(
    'POST',
    '/projects/:id/jobs/:job_id/cancel',
    { params: z.object({ force: p.boolean().default(false) }) },
    (context) => {
      const job = findJob(context);
      authorizeRun(context, job.pipeline);
      const { force } = context.params;
      if (force) context.authorize(access.maintainer, job.pipeline.project);
      cancelJob(context.world, job, force);
      return jobEntity(context.world, job);
    },
  ),

  route('POST', '/projects/:id/jobs/:job_id/retry', { limit: 'job_retry' }, (context) => {
    const job = findJob(context, { bridges: true });
    authorizeRun(context, job.pipeline);
    if (!isRetryable(job)) throw forbidden('Job is not retryable');
    return jobEntity(context.world, retryJob(context.world, job, context.currentUser));
  }),

  route(
    'POST',
    '/projects/:id/jobs/:job_id/play',
    {
      limit: 'job_play',
      params: z.object({
        job_variables_attributes: p.list(z.object({ key: p.string(), value: p.string() })).optional(),
      }),
    },
    (context) => {
      const { world, currentUser } = context;
      const job = findJob(context, { bridges: true });
      authorizeRun(context, job.pipeline);
      if (job.status !== 'manual' && job.status !== 'scheduled') throw badRequest('Unplayable Job');
      playJob(world, job, currentUser);
      return status(200, job.bridge ? bridgeEntity(world, job) : jobEntity(world, job));
    },
  ),

  route('GET', '/job', { ...reading, jobToken: true }, ({ world, token }) => {
    if (!token?.job) throw notFound('Job');
    return jobEntity(world, token.job);
  }),
];
