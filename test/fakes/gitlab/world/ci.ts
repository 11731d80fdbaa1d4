// Pipelines and their jobs.
import { randomBytes } from 'node:crypto';
import type { Input } from './input.js';
import { anybody, type User } from './people.js';
import type { Project } from './places.js';
import type { World } from './world.js';

export type CiStatus =
  | 'created'
  | 'waiting_for_resource'
  | 'preparing'
  | 'pending'
  | 'running'
  | 'success'
  | 'failed'
  | 'canceling'
  | 'canceled'
  | 'skipped'
  | 'manual'
  | 'scheduled';

export interface Variable {
  key: string;
  value: string;
  variableType: 'env_var' | 'file';
}

export interface TestCase {
  status: 'success' | 'failed' | 'skipped' | 'error';
  name: string;
  classname: string;
  file: string | null;
  /** Seconds. */
  executionTime: number;
  systemOutput: string | null;
  stackTrace: string | null;
}

export interface Pipeline {
  readonly kind: 'pipeline';
  id: number;
  iid: number;
  project: Project;
  name: string | null;
  ref: string;
  tag: boolean;
  sha: string;
  beforeSha: string;
  status: CiStatus;
  source: string;
  user: User;
  yamlErrors: string | null;
  variables: Variable[];
  testSuites: { name: string; cases: TestCase[] }[];
  coverage: string | null;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | undefined;
  finishedAt: Date | undefined;
}

export interface Job {
  readonly kind: 'job';
  id: number;
  pipeline: Pipeline;
  /** A bridge triggers another pipeline and has neither log nor artifacts. */
  bridge: boolean;
  downstream: Pipeline | undefined;
  name: string;
  stage: string;
  status: CiStatus;
  failureReason: string | null;
  allowFailure: boolean;
  /** A newer job of the same name took its place. */
  retried: boolean;
  user: User;
  /** Or what makes it, piece by piece, while it is sent: see `generatedLog`. */
  log: string | (() => Iterable<string>);
  artifacts: Record<string, string | Buffer>;
  artifactsExpireAt: Date | undefined;
  coverage: number | null;
  tags: string[];
  createdAt: Date;
  startedAt: Date | undefined;
  finishedAt: Date | undefined;
  erasedAt: Date | undefined;
}

export type PipelineInput = Input<Pipeline, 'project'>;
export type JobInput = Input<Job, 'pipeline'>;

export function newPipeline(world: World, input: PipelineInput): Pipeline {
  const now = world.now();
  const { project } = input;
  const ref = input.ref ?? project.defaultBranch;
  return {
    kind: 'pipeline',
    id: world.ids.next('pipeline'),
    iid: world.ids.nextIn(project, 'pipeline', input.iid),
    name: null,
    ref,
    tag: false,
    sha: project.repository?.resolve(ref) ?? randomBytes(20).toString('hex'),
    beforeSha: '0'.repeat(40),
    status: 'success',
    source: 'push',
    user: anybody(world, project),
    yamlErrors: null,
    variables: [],
    testSuites: [],
    coverage: null,
    createdAt: now,
    updatedAt: now,
    startedAt: now,
    finishedAt: now,
    ...input,
  };
}

export function newJob(world: World, input: JobInput): Job {
  const { pipeline } = input;
  const id = world.ids.next('job');
  return {
    kind: 'job',
    id,
    bridge: false,
    downstream: undefined,
    name: `job ${id}`,
    stage: 'test',
    status: pipeline.status,
    failureReason: pipeline.status === 'failed' ? 'script_failure' : null,
    allowFailure: false,
    retried: false,
    user: pipeline.user,
    log: '',
    artifacts: {},
    artifactsExpireAt: undefined,
    coverage: null,
    tags: [],
    createdAt: pipeline.createdAt,
    startedAt: pipeline.startedAt,
    finishedAt: pipeline.finishedAt,
    erasedAt: undefined,
    ...input,
  };
}
