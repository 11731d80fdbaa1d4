import * as z from 'zod';
import { listedJob, pipelineLookup, pipelineNamed } from '../toolkit/ci.js';
import { responseFormat } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';
import { projectJob } from './views.js';

const ofProject = 'GET /projects/:id/jobs';
const ofPipeline = 'GET /projects/:id/pipelines/:pipeline_id/jobs';

export const listJobs = gitlabTool({
  name: 'list_jobs',
  title: 'List jobs',
  description: 'Jobs of the project or of `pipeline` (number, URL, latest, !34), newest first.',
  effect: 'read',
  endpoints: [ofProject, ofPipeline, ...pipelineLookup],
  input: z.strictObject({
    project: z.string().optional(),
    pipeline: z.string().optional(),
    scope: z
      .array(z.enum(['created', 'pending', 'running', 'success', 'failed', 'canceled', 'skipped', 'manual']))
      .optional(),
    ...pagingInput,
    response_format: responseFormat,
  }),
  output: listOutput('jobs', { id: z.int(), name: z.string() }),
  async run({ project, pipeline, scope, cursor, limit, response_format }, call) {
    const page = { query: { scope }, cursor, limit };
    if (pipeline !== undefined) {
      const { place, id } = await pipelineNamed(call, pipeline, { project });
      const options = { params: { id: place, pipeline_id: id }, ...page };
      const { items, ...rest } = await call.list(ofPipeline, options, listedJob(response_format));
      return { about: `jobs of pipeline ${id} of ${place.id}`, data: { jobs: items, ...rest } };
    }
    const id = await call.project(project);
    const options = { params: { id }, ...page, keyset: { order_by: 'id', sort: 'desc' } as const };
    const { items, ...rest } = await call.list(ofProject, options, projectJob(response_format));
    return { about: `jobs of ${id.id}`, data: { jobs: items, ...rest } };
  },
});
