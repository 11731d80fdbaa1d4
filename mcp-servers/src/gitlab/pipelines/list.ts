import * as z from 'zod';
import { responseFormat } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';
import { listedPipeline } from './views.js';

export const listPipelines = gitlabTool({
  name: 'list_pipelines',
  title: 'List pipelines',
  description: 'Pipelines by filter, newest first. Child pipelines only with source parent_pipeline.',
  effect: 'read',
  endpoints: ['GET /projects/:id/pipelines'],
  input: z.strictObject({
    project: z.string().optional(),
    ref: z.string().optional(),
    sha: z.string().optional(),
    status: z
      .enum(['created', 'pending', 'running', 'success', 'failed', 'canceled', 'skipped', 'manual', 'scheduled'])
      .optional(),
    source: z.string().optional(),
    username: z.string().optional(),
    name: z.string().optional(),
    updated_after: z.string().optional(),
    ...pagingInput,
    response_format: responseFormat,
  }),
  output: listOutput('pipelines', { id: z.int(), status: z.string() }),
  async run({ project, username, cursor, limit, response_format, ...filters }, call) {
    const id = await call.project(project);
    const query = { ...filters, username: username?.replace(/^@/, '') };
    const page = { params: { id }, query, cursor, limit };
    const { items, ...rest } = await call.list('GET /projects/:id/pipelines', page, listedPipeline(response_format));
    return { about: `pipelines of ${id.id}`, data: { pipelines: items, ...rest } };
  },
});
