// list_pipeline_items: what runs in a pipeline, what it triggers, and what it was started with.
import * as z from 'zod';
import { listedJob, pipelineLookup, pipelineNamed } from '../toolkit/ci.js';
import { responseFormat, text } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';
import { bridgeEndpoints, bridgesOf } from './bridges.js';

const jobs = 'GET /projects/:id/pipelines/:pipeline_id/jobs';
const variables = 'GET /projects/:id/pipelines/:pipeline_id/variables';

const variable = z.object({ key: z.string(), value: text, variable_type: text });

export const listPipelineItems = gitlabTool({
  name: 'list_pipeline_items',
  title: 'List items of a pipeline',
  description:
    'Jobs; bridges: jobs that trigger downstream pipelines, with these; variables it was started with, their values (maybe secret) only if detailed. `scope`: statuses of jobs.',
  effect: 'read',
  endpoints: [jobs, ...bridgeEndpoints, variables, ...pipelineLookup],
  input: z.strictObject({
    pipeline: z.string(),
    project: z.string().optional(),
    kind: z.enum(['jobs', 'bridges', 'variables']).default('jobs'),
    scope: z.array(z.string()).optional(),
    include_retried: z.boolean().optional(),
    ...pagingInput,
    response_format: responseFormat,
  }),
  output: listOutput('items', {}),
  async run({ pipeline, project, kind, scope, include_retried, cursor, limit, response_format }, call) {
    const { place, id } = await pipelineNamed(call, pipeline, { project });
    const params = { id: place, pipeline_id: id };
    const about = `${kind} of pipeline ${id} of ${place.id}`;
    if (kind === 'variables') {
      const found = await call.get(variables, { params }, z.array(variable));
      const items = response_format === 'detailed' ? found : found.map(({ key }) => ({ key }));
      return { about, data: { items } };
    }
    const page = { params, cursor, limit };
    const { items, ...rest } =
      kind === 'bridges'
        ? await bridgesOf(call, { ...page, query: { scope } })
        : await call.list(jobs, { ...page, query: { scope, include_retried } }, listedJob(response_format));
    return { about, data: { items, ...rest } };
  },
});
