import * as z from 'zod';
import { responseFormat } from '../toolkit/fields.js';
import { gitlabTool } from '../toolkit/tool.js';
import { jobView } from './views.js';

export const getJob = gitlabTool({
  name: 'get_job',
  title: 'Get job',
  description: 'One job: status, times, artifacts.',
  effect: 'read',
  endpoints: ['GET /projects/:id/jobs/:job_id'],
  input: z.strictObject({ job: z.string(), project: z.string().optional(), response_format: responseFormat }),
  output: z.looseObject({ id: z.int(), name: z.string(), status: z.string().optional() }),
  async run({ job, project, response_format }, call) {
    const { place, id } = await call.job(job, project);
    const params = { id: place, job_id: id };
    const data = await call.get('GET /projects/:id/jobs/:job_id', { params }, jobView(response_format));
    const note = data['status'] === 'failed' ? 'Why it failed: get_job_logs.' : '';
    return { about: `job ${id} of ${place.id}`, data, note };
  },
});
