// The jobs of a CI file, with what GitLab finds wrong in them.
import { isValues, strings, type Values } from './values.js';

const GLOBAL = ['default', 'include', 'image', 'services', 'before_script', 'after_script', 'variables', 'stages'];
const NOT_JOBS = new Set([...GLOBAL, 'cache', 'workflow', 'spec', 'types']);
const KEYS = new Set(
  (
    'script run before_script after_script stage image services variables rules only except when allow_failure needs ' +
    'dependencies artifacts cache tags retry timeout parallel trigger environment coverage extends interruptible ' +
    'resource_group release inherit secrets id_tokens hooks pages start_in manual_confirmation identity publish inputs'
  ).split(' '),
);
const WHEN = ['on_success', 'on_failure', 'always', 'manual', 'delayed', 'never'];

export interface CiJob {
  name: string;
  stage: string;
  beforeScript: string[];
  script: string[];
  afterScript: string[];
  tags: string[];
  needs: string[];
  bridge: boolean;
  /** As it is written, `extends` resolved. */
  config: Values;
}

export interface Jobs {
  stages: string[];
  jobs: CiJob[];
  errors: string[];
  warnings: string[];
}

/** The visible jobs of a loaded file. What is wrong is in `errors`, in GitLab's words. */
export function readJobs(root: Values): Jobs {
  const errors: string[] = [];
  if (root['variables'] !== undefined && !isValues(root['variables'])) {
    errors.push('variables config should be a hash of key value pairs');
  }
  const listed = strings(root['stages']);
  if (root['stages'] !== undefined && !listed) errors.push('stages config should be an array of strings');
  const stages = ['.pre', ...(listed ?? ['build', 'test', 'deploy']), '.post'];
  const visible = Object.entries(root).filter(([name]) => !name.startsWith('.') && !NOT_JOBS.has(name));
  if (visible.length === 0) errors.push('jobs config should contain at least one visible job');
  for (const [name, config] of visible) errors.push(...faults(name, config));
  const defaults = isValues(root['default']) ? { ...root, ...root['default'] } : root;
  const jobs = visible.flatMap(([name, config]) => (isValues(config) ? [toJob(name, config, defaults)] : []));
  // GitLab looks at what jobs say of each other only when each of them is well-formed.
  if (errors.length === 0) errors.push(...relations(jobs, stages));
  return { stages, jobs, errors, warnings: jobs.flatMap((job) => warningsOf(job, root)) };
}

function faults(name: string, config: unknown): string[] {
  const at = `jobs:${name}`;
  if (!isValues(config) || !('script' in config || 'run' in config || 'trigger' in config)) {
    return [`${at} config should implement the script:, run:, or trigger: keyword`];
  }
  const found: string[] = [];
  const unknown = Object.keys(config).filter((key) => !KEYS.has(key));
  if (unknown.length > 0) found.push(`${at} config contains unknown keys: ${unknown.join(', ')}`);
  for (const key of ['script', 'before_script', 'after_script']) {
    if (config[key] === undefined || strings(config[key])) continue;
    found.push(`${at}:${key} config should be a string or a nested array of strings up to 10 levels deep`);
  }
  const clashing = ['only', 'except'].filter((key) => key in config && 'rules' in config);
  if (clashing.length > 0) found.push(`${at} config key may not be used with \`rules\`: ${clashing.join(', ')}`);
  const { when, stage } = config;
  if (when !== undefined && !WHEN.includes(String(when))) found.push(`${at} when should be one of: ${WHEN.join(', ')}`);
  if (stage !== undefined && typeof stage !== 'string') found.push(`${at}:stage config should be a string`);
  return found;
}

function toJob(name: string, config: Values, defaults: Values): CiJob {
  const list = (key: string) => strings(config[key] ?? defaults[key]) ?? [];
  return {
    name,
    stage: typeof config['stage'] === 'string' ? config['stage'] : 'test',
    beforeScript: list('before_script'),
    script: strings(config['script']) ?? [],
    afterScript: list('after_script'),
    tags: list('tags'),
    needs: needsOf(config['needs']),
    bridge: 'trigger' in config,
    config,
  };
}

function needsOf(needs: unknown): string[] {
  if (!Array.isArray(needs)) return [];
  return needs.flatMap((need) => {
    if (typeof need === 'string') return [need];
    const { job, optional, project, pipeline } = isValues(need) ? need : {};
    return typeof job === 'string' && !optional && !project && !pipeline ? [job] : [];
  });
}

function relations(jobs: readonly CiJob[], stages: readonly string[]): string[] {
  const found: string[] = [];
  const byName = new Map(jobs.map((job) => [job.name, job]));
  for (const { name, stage, needs, config } of jobs) {
    if (!stages.includes(stage)) {
      found.push(`${name} job: chosen stage ${stage} does not exist; available stages are ${stages.join(', ')}`);
      continue;
    }
    for (const dependency of strings(config['dependencies']) ?? []) {
      if (!byName.has(dependency)) found.push(`${name} job: undefined dependency: ${dependency}`);
    }
    for (const need of needs) {
      const needed = byName.get(need);
      if (!needed) found.push(`${name} job: undefined need: ${need}`);
      else if (stages.indexOf(needed.stage) > stages.indexOf(stage)) {
        found.push(`${name} job: need ${need} is not defined in current or prior stages`);
      }
    }
  }
  return found.length === 0 && isCircular(byName) ? ['The pipeline has circular dependencies'] : found;
}

function isCircular(jobs: ReadonlyMap<string, CiJob>): boolean {
  const left = new Map(jobs);
  for (;;) {
    const free = [...left.values()].filter(({ needs }) => !needs.some((need) => left.has(need)));
    if (free.length === 0) return left.size > 0;
    for (const { name } of free) left.delete(name);
  }
}

function warningsOf({ name, config }: CiJob, root: Values): string[] {
  const last = Array.isArray(config['rules']) ? config['rules'].at(-1) : undefined;
  const open = isValues(last) && !('if' in last) && typeof last['when'] === 'string' && last['when'] !== 'never';
  if (!open || (isValues(root['workflow']) && root['workflow']['rules'])) return [];
  return [
    `jobs:${name} may allow multiple pipelines to run for a single action due to \`rules:when\` clause with no \`workflow:rules\` - read more: https://docs.gitlab.com/ci/debugging/#pipeline-warnings`,
  ];
}
