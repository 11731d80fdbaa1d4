// What service ping counts, and how GitLab describes each count.
import type { World } from '../world/world.js';

interface Metric {
  /** Below `counts`. */
  name: string;
  description: string;
  product_group: string;
  table: string;
  condition?: string;
  count: (world: World) => number;
}

export const metrics: readonly Metric[] = [
  {
    name: 'ci_builds',
    description: 'Unique builds in project',
    product_group: 'pipeline_execution',
    table: 'ci_builds',
    condition: '"ci_builds"."type" = \'Ci::Build\'',
    count: ({ jobs }) => jobs.filter(({ bridge }) => !bridge).length,
  },
  {
    name: 'ci_internal_pipelines',
    description: 'Total pipelines in GitLab repositories',
    product_group: 'pipeline_execution',
    table: 'ci_pipelines',
    count: ({ pipelines }) => pipelines.length,
  },
  {
    name: 'epics',
    description: 'Count of all epics',
    product_group: 'product_planning',
    table: 'epics',
    count: ({ epics }) => epics.length,
  },
  {
    name: 'groups',
    description: 'Total count of groups as of usage ping snapshot',
    product_group: 'tenant_scale',
    table: 'namespaces',
    condition: '"namespaces"."type" = \'Group\'',
    count: ({ groups }) => groups.length,
  },
  {
    name: 'issues',
    description: 'Count of Issues created',
    product_group: 'project_management',
    table: 'issues',
    count: ({ issues }) => issues.length,
  },
  {
    name: 'labels',
    description: 'Count of Labels',
    product_group: 'project_management',
    table: 'labels',
    count: ({ labels }) => labels.length,
  },
  {
    name: 'merge_requests',
    description: 'Count of the number of merge requests',
    product_group: 'code_review',
    table: 'merge_requests',
    count: ({ mergeRequests }) => mergeRequests.length,
  },
  {
    name: 'milestones',
    description: 'Count of milestones',
    product_group: 'project_management',
    table: 'milestones',
    count: ({ milestones }) => milestones.length,
  },
  {
    name: 'notes',
    description: 'Count of Notes across all objects that use them',
    product_group: 'project_management',
    table: 'notes',
    count: ({ notes }) => notes.length,
  },
  {
    name: 'projects',
    description: 'Count of Projects created',
    product_group: 'tenant_scale',
    table: 'projects',
    count: ({ projects }) => projects.length,
  },
  {
    name: 'releases',
    description: 'Unique release tags',
    product_group: 'environments',
    table: 'releases',
    count: ({ releases }) => releases.length,
  },
];

/** The query that GitLab would count with. */
export function sqlOf({ table, condition }: Metric): string {
  return `SELECT COUNT("${table}"."id") FROM "${table}"${condition ? ` WHERE ${condition}` : ''}`;
}

/** As in GitLab's metrics dictionary. */
export function definitionOf({ name, description, product_group }: Metric, includePath: boolean) {
  return {
    key_path: `counts.${name}`,
    description,
    product_group,
    value_type: 'number',
    status: 'active',
    time_frame: 'all',
    data_source: 'database',
    tiers: name === 'epics' ? ['premium', 'ultimate'] : ['free', 'premium', 'ultimate'],
    ...(includePath && { file_path: `config/metrics/counts_all/${name}.yml` }),
  };
}
