// What checking a CI file answers: `Ci::Lint::Result`.
import type { Project, User } from '../../world/types.js';
import type { World } from '../../world/world.js';
import { loadConfig, mergedYaml } from './config.js';
import { ConfigError } from './config-error.js';
import { type CiJob, readJobs } from './jobs.js';
import { planJobs } from './pipelines.js';
import { isValues, strings } from './values.js';

export interface LintRequest {
  project: Project;
  user: User | undefined;
  content: string;
  /** The commit that local includes are read from. */
  sha: string;
  /** The branch or tag that a pipeline is tried for, with `dryRun`. */
  ref: string;
  dryRun: boolean;
  includeJobs: boolean;
}

export function lint(world: World, { project, user, content, sha, ref, dryRun, includeJobs }: LintRequest) {
  try {
    const { root, includes } = loadConfig(content, { world, project, user, sha });
    const { jobs, errors, warnings } = readJobs(root);
    const rest = { warnings, merged_yaml: mergedYaml(root), includes };
    if (errors.length > 0) return { valid: false, errors, ...rest, ...(includeJobs && { jobs: [] }) };
    const planned = dryRun ? simulate() : jobs.map((job) => ({ job, when: undefined, allowFailure: undefined }));
    return {
      valid: true,
      errors,
      ...rest,
      ...(includeJobs && { jobs: planned.map(({ job, ...decided }) => lintJob(job, decided)) }),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      valid: false,
      errors: [error.message],
      warnings: [],
      merged_yaml: null,
      includes: [],
      ...(includeJobs && { jobs: [] }),
    };
  }

  function simulate() {
    const branch = project.repository?.hasBranch(ref) ?? false;
    const head = project.repository?.resolve(ref);
    if (!head) throw new ConfigError('Reference not found');
    const place = { ref, tag: !branch, sha: head, source: 'push', variables: [] };
    return planJobs(content, { world, project, user }, place).jobs;
  }
}

function lintJob(job: CiJob, decided: { when: string | undefined; allowFailure: boolean | undefined }) {
  const { config } = job;
  const when = decided.when ?? (typeof config['when'] === 'string' ? config['when'] : 'on_success');
  const { environment } = config;
  return {
    name: job.name,
    stage: job.stage,
    before_script: job.beforeScript,
    script: job.script,
    after_script: job.afterScript,
    tag_list: job.tags,
    only: 'rules' in config ? null : policy(config['only'] ?? ['branches', 'tags']),
    except: policy(config['except']),
    environment: (isValues(environment) ? environment['name'] : environment) ?? null,
    when,
    allow_failure:
      decided.allowFailure ??
      (config['allow_failure'] === undefined ? when === 'manual' : config['allow_failure'] !== false),
    needs: job.needs.length > 0 ? job.needs.map((name) => ({ name, artifacts: true, optional: false })) : null,
  };
}

/** `[main]` is short for `{ refs: [main] }`. */
const policy = (value: unknown) =>
  value === undefined ? null : isValues(value) ? value : { refs: strings(value) ?? [] };
