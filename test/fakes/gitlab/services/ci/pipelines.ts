// What happens to pipelines: they are created from the CI file, retried, cancelled, and follow their jobs.
import { pathOf } from '../../world/places.js';
import type { CiStatus, Job, Pipeline, Project, User, Variable } from '../../world/types.js';
import type { World } from '../../world/world.js';
import { CONFIG_PATH, loadConfig } from './config.js';
import { ConfigError } from './config-error.js';
import { type CiJob, readJobs } from './jobs.js';
import { decide, firstRule, type Trigger } from './rules.js';
import { isValues, type Values } from './values.js';

const EMPTY =
  'The resulting pipeline would have been empty. Review the [`rules`](https://docs.gitlab.com/ci/yaml/#rules) configuration for the relevant jobs.';

export interface NewPipeline {
  project: Project;
  user: User;
  ref: string;
  variables: Variable[];
  inputs: Values;
  /** For a merge request's pipeline: `ref` is its source branch in `project`, this what the pipeline is called after. */
  mergeRequestRef?: string;
}

/** Throws a ConfigError with GitLab's words where there can be no such pipeline. */
export function createPipeline(
  world: World,
  { project, user, ref, variables, inputs, mergeRequestRef }: NewPipeline,
): Pipeline {
  const { repository } = project;
  const branch = repository?.hasBranch(ref) ?? false;
  const sha = repository?.resolve(branch ? `refs/heads/${ref}` : `refs/tags/${ref}`);
  if (!repository || !sha) throw new ConfigError('Reference not found');
  const source = mergeRequestRef ? 'merge_request_event' : 'api';
  const content = repository.read(sha, CONFIG_PATH)?.toString('utf8');
  if (content === undefined) throw new ConfigError('Missing CI config file');
  const planned = planJobs(content, { world, project, user, inputs }, { ref, tag: !branch, sha, source, variables });
  const pipeline = world.addPipeline({
    project,
    user,
    ref: mergeRequestRef ?? ref,
    tag: !branch,
    sha,
    variables,
    source,
    status: 'created',
    name: planned.name,
    startedAt: undefined,
    finishedAt: undefined,
  });
  for (const { job, when, allowFailure } of planned.jobs) {
    world.addJob({
      pipeline,
      user,
      name: job.name,
      stage: job.stage,
      tags: job.tags,
      bridge: job.bridge,
      allowFailure,
      status: when === 'manual' ? 'manual' : when === 'delayed' ? 'scheduled' : 'created',
      failureReason: null,
    });
  }
  start(world, pipeline, planned);
  follow(world, pipeline);
  return pipeline;
}

export interface Planned {
  name: string | null;
  jobs: { job: CiJob; when: string; allowFailure: boolean }[];
}

interface Planner {
  world: World;
  project: Project;
  user: User | undefined;
  inputs?: Values;
}

/** The jobs that a pipeline would have, in the order of their stages. Throws a ConfigError. */
export function planJobs(
  content: string,
  { world, project, user, inputs }: Planner,
  given: { ref: string; tag: boolean; sha: string; source: string; variables: readonly Variable[] },
): Planned {
  const { root } = loadConfig(content, { world, project, user, sha: given.sha, ...(inputs && { inputs }) });
  const { jobs, stages, errors } = readJobs(root);
  if (errors[0] !== undefined) throw new ConfigError(errors[0]);
  const trigger: Trigger = { ...given, repository: project.repository, variables: variablesOf(root, project, given) };
  const workflow = isValues(root['workflow']) ? root['workflow'] : {};
  if (workflow['rules'] !== undefined) {
    const rule = firstRule(workflow['rules'], trigger);
    if (!rule || rule['when'] === 'never') throw new ConfigError('Pipeline filtered out by workflow rules.');
  }
  const planned = jobs.flatMap((job) => {
    const decided = decide(job.config, trigger);
    return decided ? [{ job, ...decided }] : [];
  });
  if (planned.length === 0) throw new ConfigError(EMPTY);
  planned.sort((a, b) => stages.indexOf(a.job.stage) - stages.indexOf(b.job.stage));
  return { name: typeof workflow['name'] === 'string' ? workflow['name'] : null, jobs: planned };
}

function variablesOf(
  root: Values,
  project: Project,
  {
    ref,
    tag,
    sha,
    source,
    variables,
  }: { ref: string; tag: boolean; sha: string; source: string; variables: readonly Variable[] },
): Record<string, string> {
  const own = Object.entries(isValues(root['variables']) ? root['variables'] : {}).map(([key, value]) => [
    key,
    String((isValues(value) ? value['value'] : value) ?? ''),
  ]);
  return {
    CI: 'true',
    CI_PIPELINE_SOURCE: source,
    CI_COMMIT_SHA: sha,
    CI_COMMIT_REF_NAME: ref,
    ...(tag ? { CI_COMMIT_TAG: ref } : { CI_COMMIT_BRANCH: ref }),
    CI_DEFAULT_BRANCH: project.defaultBranch,
    CI_PROJECT_ID: String(project.id),
    CI_PROJECT_PATH: pathOf(project),
    ...Object.fromEntries(own),
    ...Object.fromEntries(variables.map(({ key, value }) => [key, value])),
  };
}

/**
 * Jobs of the first stage, and those that need nothing, wait for a runner. There is none here: they wait until a test
 * moves them.
 */
function start(world: World, pipeline: Pipeline, { jobs: planned }: Planned): void {
  const blocking = planned.find(({ when, allowFailure }) => !(when === 'manual' && allowFailure));
  const independent = planned.filter(
    ({ job }) => Array.isArray(job.config['needs']) && job.config['needs'].length === 0,
  );
  const names = new Set(independent.map(({ job }) => job.name));
  for (const job of currentJobs(world, pipeline)) {
    const first = job.stage === blocking?.job.stage || names.has(job.name);
    if (first && job.status === 'created') job.status = 'pending';
  }
}

export function currentJobs(world: World, pipeline: Pipeline): Job[] {
  return world.jobs.filter((job) => job.pipeline === pipeline && !job.retried);
}

const UNFINISHED: readonly CiStatus[] = [
  'created',
  'waiting_for_resource',
  'preparing',
  'pending',
  'running',
  'scheduled',
];

/** Puts a new job in place of one that is over. */
export function retryJob(world: World, job: Job, user: User): Job {
  job.retried = true;
  const again = world.addJob({
    pipeline: job.pipeline,
    bridge: job.bridge,
    name: job.name,
    stage: job.stage,
    allowFailure: job.allowFailure,
    tags: job.tags,
    user,
    status: 'pending',
    failureReason: null,
    createdAt: world.now(),
    startedAt: undefined,
    finishedAt: undefined,
  });
  follow(world, job.pipeline);
  return again;
}

export const isRetryable = ({ status, retried }: Job): boolean =>
  !retried && ['success', 'failed', 'canceled'].includes(status);

/** Nothing happens to a job that is over. `force` also ends one that is being cancelled. */
export function cancelJob(world: World, job: Job, force = false): void {
  if (!UNFINISHED.includes(job.status) && !(force && job.status === 'canceling')) return;
  job.status = 'canceled';
  job.finishedAt = world.now();
  follow(world, job.pipeline);
}

export function playJob(world: World, job: Job, user: User): void {
  Object.assign(job, { status: 'pending', user, startedAt: undefined, finishedAt: undefined });
  follow(world, job.pipeline);
}

/** Gives a pipeline the status that follows from its jobs. */
function follow(world: World, pipeline: Pipeline): void {
  const now = world.now();
  pipeline.updatedAt = now;
  pipeline.status = statusOf(currentJobs(world, pipeline));
  const over = ['success', 'failed', 'canceled', 'skipped'].includes(pipeline.status);
  pipeline.finishedAt = over ? (pipeline.finishedAt ?? now) : undefined;
  if (pipeline.status === 'running') pipeline.startedAt ??= now;
}

function statusOf(jobs: readonly Job[]): CiStatus {
  const statuses = jobs.map(({ status, allowFailure }) =>
    allowFailure && ['failed', 'canceled', 'manual'].includes(status) ? 'success' : status,
  );
  const every = (...wanted: CiStatus[]) => statuses.every((status) => wanted.includes(status));
  const some = (...wanted: CiStatus[]) => statuses.some((status) => wanted.includes(status));
  if (every('skipped')) return 'skipped';
  if (every('success', 'skipped')) return 'success';
  if (every('created', 'skipped')) return 'created';
  if (every('canceled', 'success', 'skipped')) return 'canceled';
  if (every('pending', 'created', 'skipped', 'manual')) return some('pending') ? 'pending' : 'manual';
  if (some('canceling')) return 'canceling';
  if (some('running', 'pending')) return 'running';
  if (some('waiting_for_resource')) return 'waiting_for_resource';
  if (some('manual') && !some('failed')) return 'manual';
  if (some('scheduled')) return 'scheduled';
  if (some('created') && !some('failed', 'canceled')) return 'running';
  return 'failed';
}
