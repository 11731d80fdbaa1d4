// Finding pipelines and jobs for a request, and who may do what with them.
import type { Context } from '../../http/context.js';
import { forbidden, notFound, unauthorized } from '../../http/reply.js';
import { mayReadCode } from '../../world/access.js';
import { access, type Job, type Pipeline, type Project } from '../../world/types.js';

/** The project `:id`, as far as its pipelines may be read. Throws 404, 403, and 401 for an anonymous request. */
export function readableProject<P>(context: Context<P>): Project {
  const project = context.project();
  if (!project.jobsEnabled || !mayReadCode(context.world, context.user, project)) {
    throw context.user ? forbidden() : unauthorized();
  }
  return project;
}

export function findPipeline<P>(context: Context<P>): Pipeline {
  const project = readableProject(context);
  const id = context.id('pipeline_id');
  const pipeline = context.world.pipelines.find((one) => one.project === project && one.id === id);
  if (!pipeline) throw notFound();
  return pipeline;
}

/** Of a bridge only where `bridges` says so. */
export function findJob<P>(context: Context<P>, { bridges = false } = {}): Job {
  const project = readableProject(context);
  const id = context.id('job_id');
  const job = context.world.jobs.find((one) => one.pipeline.project === project && one.id === id);
  if (!job || (job.bridge && !bridges)) throw notFound();
  return job;
}

/** Developers run pipelines, on protected branches only maintainers. */
export function mayRun<P>(context: Context<P>, { ref, project }: { ref: string; project: Project }): boolean {
  return context.can(project.protectedBranches.includes(ref) ? access.maintainer : access.developer, project);
}

export function authorizeRun<P>(context: Context<P>, pipeline: Pipeline): void {
  if (!mayRun(context, pipeline)) throw forbidden();
}
