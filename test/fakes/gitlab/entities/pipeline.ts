import { pathOf } from '../world/places.js';
import type { Pipeline } from '../world/types.js';
import type { World } from '../world/world.js';
import { detailedStatus } from './detailed-status.js';
import { userBasic } from './user.js';

/** `PipelineBasic`: how a pipeline appears inside of jobs and merge requests. */
export function pipelineBasic(world: World, pipeline: Pipeline) {
  return {
    id: pipeline.id,
    iid: pipeline.iid,
    project_id: pipeline.project.id,
    sha: pipeline.sha,
    ref: pipeline.ref,
    status: pipeline.status,
    source: pipeline.source,
    created_at: pipeline.createdAt,
    updated_at: pipeline.updatedAt,
    web_url: `${world.url}${pagePath(pipeline)}`,
  };
}

/** `PipelineBasicWithMetadata`: in lists. */
export const pipelineInList = (world: World, pipeline: Pipeline) => ({
  ...pipelineBasic(world, pipeline),
  name: pipeline.name,
});

/** `Pipeline`: what creating, retrying and cancelling answer. */
export function pipelineEntity(world: World, pipeline: Pipeline) {
  const warned = world.jobs.some((job) => job.pipeline === pipeline && job.allowFailure && job.status === 'failed');
  return {
    ...pipelineBasic(world, pipeline),
    before_sha: pipeline.beforeSha,
    tag: pipeline.tag,
    yaml_errors: pipeline.yamlErrors,
    user: userBasic(world, pipeline.user),
    started_at: pipeline.startedAt ?? null,
    finished_at: pipeline.finishedAt ?? null,
    committed_at: null,
    duration: seconds(pipeline.startedAt, pipeline.finishedAt, Math.floor),
    queued_duration: seconds(pipeline.createdAt, pipeline.startedAt, Math.floor),
    coverage: pipeline.coverage,
    detailed_status: detailedStatus(pipeline.status, pagePath(pipeline), warned && pipeline.status === 'success'),
  };
}

/** `PipelineWithMetadata`: of a single pipeline. */
export const pipelineWithMetadata = (world: World, pipeline: Pipeline) => ({
  ...pipelineEntity(world, pipeline),
  name: pipeline.name,
});

/** Seconds between two instants, null where one is missing. */
export function seconds(from: Date | undefined, to: Date | undefined, round = (value: number) => value): number | null {
  return from && to ? round((to.getTime() - from.getTime()) / 1000) : null;
}

const pagePath = (pipeline: Pipeline): string => `/${pathOf(pipeline.project)}/-/pipelines/${pipeline.id}`;
