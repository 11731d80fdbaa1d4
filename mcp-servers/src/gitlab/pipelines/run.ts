// run_pipeline and control_pipeline
import * as z from 'zod';
import { pipelineLookup, pipelineNamed } from '../toolkit/ci.js';
import { gitlabTool } from '../toolkit/tool.js';
import { pipelineView } from './views.js';

const output = z.looseObject({ id: z.int(), status: z.string(), web_url: z.string().optional() });

export const runPipeline = gitlabTool({
  name: 'run_pipeline',
  title: 'Run pipeline',
  description: 'Starts a new pipeline on a branch or tag. `inputs` are those that its spec:inputs declares.',
  effect: 'execute',
  endpoints: ['POST /projects/:id/pipeline'],
  input: z.strictObject({
    ref: z.string().min(1),
    project: z.string().optional(),
    variables: z.record(z.string(), z.string()).optional(),
    inputs: z.record(z.string(), z.unknown()).optional(),
  }),
  output,
  async run({ ref, project, variables, inputs }, call) {
    const id = await call.project(project);
    const body = {
      ref,
      inputs,
      variables: variables && Object.entries(variables).map(([key, value]) => ({ key, value })),
    };
    const data = await call.post('POST /projects/:id/pipeline', { params: { id }, body }, pipelineView('concise'));
    return { about: `new pipeline of ${id.id}`, data };
  },
});

const actions = {
  retry: 'POST /projects/:id/pipelines/:pipeline_id/retry',
  cancel: 'POST /projects/:id/pipelines/:pipeline_id/cancel',
} as const;

export const controlPipeline = gitlabTool({
  name: 'control_pipeline',
  title: 'Retry or cancel pipeline',
  description: 'Retries failed and canceled jobs, or cancels all that have not ended.',
  effect: 'execute',
  endpoints: [...Object.values(actions), ...pipelineLookup],
  input: z.strictObject({
    pipeline: z.string(),
    project: z.string().optional(),
    action: z.enum(['retry', 'cancel']),
  }),
  output,
  async run({ pipeline, project, action }, call) {
    const { place, id } = await pipelineNamed(call, pipeline, { project });
    const params = { id: place, pipeline_id: id };
    const data = await call.post(actions[action], { params }, pipelineView('concise'));
    return { about: `pipeline ${id} of ${place.id}`, data, note: unchanged(action, String(data['status'])) };
  },
});

/** GitLab answers as if it had done something where there was nothing to do. */
function unchanged(action: keyof typeof actions, status: string): string {
  if (action === 'retry') return status === 'success' ? 'Nothing was changed: no job of it can be retried.' : '';
  const over = ['success', 'failed', 'skipped'].includes(status);
  return over ? 'Nothing was changed: it was over already.' : '';
}
