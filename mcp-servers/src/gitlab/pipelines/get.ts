import * as z from 'zod';
import type { Place } from '../client/endpoint.js';
import type { Call } from '../toolkit/call.js';
import { pipelineLookup, pipelineNamed } from '../toolkit/ci.js';
import { onlyIfSo, responseFormat, text } from '../toolkit/fields.js';
import { gitlabTool } from '../toolkit/tool.js';
import { bridgeEndpoints, bridgesOf } from './bridges.js';
import { pipelineView } from './views.js';

const onePipeline = 'GET /projects/:id/pipelines/:pipeline_id';
const itsJobs = 'GET /projects/:id/pipelines/:pipeline_id/jobs';

const failedJob = z.object({
  id: z.number(),
  name: z.string(),
  stage: text,
  failure_reason: text,
  allow_failure: onlyIfSo,
});

export const getPipeline = gitlabTool({
  name: 'get_pipeline',
  title: 'Get pipeline',
  description: 'A pipeline and its failed jobs. `ref`: whose latest.',
  effect: 'read',
  endpoints: [onePipeline, itsJobs, ...bridgeEndpoints, ...pipelineLookup],
  input: z.strictObject({
    pipeline: z.string().default('latest'),
    ref: z.string().optional(),
    project: z.string().optional(),
    response_format: responseFormat,
  }),
  output: z.looseObject({
    id: z.int(),
    status: z.string(),
    failed_jobs: z.array(z.looseObject({ id: z.int(), name: z.string() })).optional(),
  }),
  async run({ pipeline, project, ref, response_format }, call) {
    const { place, id } = await pipelineNamed(call, pipeline, { project, ref });
    const params = { id: place, pipeline_id: id };
    const [found, failures] = await Promise.all([
      call.get(onePipeline, { params }, pipelineView(response_format)),
      call.list(itsJobs, { params, query: { scope: ['failed'] }, limit: 100 }, failedJob),
    ]);
    const failed_triggers = found['status'] === 'failed' ? await failedTriggers(call, place, id) : [];
    return {
      about: `pipeline ${id} of ${place.id}`,
      data: { ...found, failed_jobs: failures.items, failed_triggers },
      note: whatNext(failures.items.length, failures.next_cursor !== undefined, failed_triggers.length),
    };
  },
});

/** A pipeline fails with those that it triggers and waits for. */
async function failedTriggers(call: Call<(typeof bridgeEndpoints)[number]>, place: Place, pipeline_id: number) {
  const options = { params: { id: place, pipeline_id }, query: { scope: ['failed'] }, limit: 100 };
  return (await bridgesOf(call, options)).items;
}

function whatNext(jobs: number, more: boolean, triggers: number): string {
  return [
    more ? 'More jobs failed: list_pipeline_items with scope failed.' : '',
    jobs > 0 ? 'Why a job failed: get_job_logs with its id.' : '',
    triggers > 0
      ? "Why a trigger failed: get_pipeline with its downstream pipeline's id (or web_url, where it is of another project)."
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}
