// Jobs as GitLab's API answers them: `JobBasic`, `Job` and `Bridge`.
import { type Commit, readCommit } from '../git/log.js';
import { hasArtifacts, zip } from '../services/ci/archive.js';
import { logSize } from '../services/ci/log.js';
import { pathOf } from '../world/places.js';
import type { Job, Pipeline } from '../world/types.js';
import type { World } from '../world/world.js';
import { commitEntity } from './commit.js';
import { pipelineBasic, seconds } from './pipeline.js';
import { userProfile } from './user.js';

export function jobEntity(world: World, job: Job) {
  const archive = hasArtifacts(world, job) ? { filename: 'artifacts.zip', size: zip(job.artifacts).length } : undefined;
  const size = logSize(job);
  return {
    ...jobBasic(world, job),
    ...(archive && { artifacts_file: archive }),
    artifacts: [
      ...(archive ? [{ file_type: 'archive', ...archive, file_format: 'zip' }] : []),
      ...(size && job.finishedAt ? [{ file_type: 'trace', size, filename: 'job.log', file_format: 'raw' }] : []),
    ],
    runner: null,
    runner_manager: null,
    artifacts_expire_at: job.artifactsExpireAt ?? null,
    archived: false,
    tag_list: [...job.tags].sort(),
  };
}

export function bridgeEntity(world: World, job: Job) {
  return {
    ...jobBasic(world, job),
    downstream_pipeline: job.downstream ? pipelineBasic(world, job.downstream) : null,
  };
}

function jobBasic(world: World, job: Job) {
  const { pipeline } = job;
  const commit = commitOf(pipeline);
  return {
    id: job.id,
    status: job.status,
    stage: job.stage,
    name: job.name,
    ref: pipeline.ref,
    tag: pipeline.tag,
    coverage: job.coverage,
    allow_failure: job.allowFailure,
    created_at: job.createdAt,
    started_at: job.startedAt ?? null,
    finished_at: job.finishedAt ?? null,
    erased_at: job.erasedAt ?? null,
    duration: seconds(job.startedAt, job.finishedAt),
    queued_duration: seconds(job.createdAt, job.startedAt),
    user: userProfile(world, job.user),
    commit: commit ? commitEntity(world, pipeline.project, commit) : null,
    pipeline: pipelineBasic(world, pipeline),
    ...(job.status === 'failed' && { failure_reason: job.failureReason ?? 'unknown_failure' }),
    web_url: `${world.url}/${pathOf(pipeline.project)}/-/jobs/${job.id}`,
    project: { ci_job_token_scope_enabled: false },
  };
}

/** Reading a commit starts Git; a list of jobs is mostly about the same few. */
const commits = new WeakMap<Pipeline, Commit>();

function commitOf(pipeline: Pipeline): Commit | undefined {
  const known = commits.get(pipeline);
  if (known?.sha === pipeline.sha) return known;
  const commit = readCommit(pipeline.project.repository, pipeline.sha);
  if (commit) commits.set(pipeline, commit);
  return commit;
}
