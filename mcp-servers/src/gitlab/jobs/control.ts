// control_job: has a job run, again or at all, or stops it.
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import { gitlabTool } from '../toolkit/tool.js';
import { jobView } from './views.js';

const actions = {
  play: 'POST /projects/:id/jobs/:job_id/play',
  retry: 'POST /projects/:id/jobs/:job_id/retry',
  cancel: 'POST /projects/:id/jobs/:job_id/cancel',
} as const;
type Action = keyof typeof actions;

export const controlJob = gitlabTool({
  name: 'control_job',
  title: 'Play, retry or cancel job',
  description: 'play starts a manual job, with `variables`; retry runs an ended one again, as a new job.',
  effect: 'execute',
  endpoints: Object.values(actions),
  input: z.strictObject({
    job: z.string(),
    project: z.string().optional(),
    action: z.enum(['play', 'retry', 'cancel']),
    variables: z.record(z.string(), z.string()).optional(),
  }),
  output: z.looseObject({ id: z.int(), name: z.string(), status: z.string().optional() }),
  async run({ job, project, action, variables }, call) {
    if (variables && action !== 'play') throw variablesForNothing();
    const { place, id } = await call.job(job, project);
    const job_variables_attributes = variables && Object.entries(variables).map(([key, value]) => ({ key, value }));
    const options = { params: { id: place, job_id: id }, body: { job_variables_attributes } };
    const data = await call.post(actions[action], options, jobView('concise')).catch((error: unknown) => {
      throw explained(error, action, id);
    });
    return { about: `job ${data['id']} of ${place.id}`, data, note: noteOn(action, id, data) };
  },
});

function variablesForNothing(): ToolError {
  return new ToolError(
    'bad-input',
    'Variables can be given to a manual job when it is played only. Nothing was sent.',
    'Leave them out, or start a new pipeline with variables.',
  );
}

function noteOn(action: Action, id: number, data: Record<string, unknown>): string {
  if (action === 'retry' && data['id'] !== id) return `It runs again as the new job ${data['id']}.`;
  // GitLab answers a cancellation that came too late like any other.
  const over = ['success', 'failed', 'skipped'].includes(String(data['status']));
  return action === 'cancel' && over ? 'Nothing was changed: it was over already.' : '';
}

/** GitLab says that it cannot be done; this says what can. */
function explained(error: unknown, action: Action, id: number): unknown {
  if (!(error instanceof ToolError)) return error;
  if (action === 'play' && /unplayable/i.test(error.message)) {
    return new ToolError(
      'not-playable',
      `Job ${id} cannot be played: only jobs that are manual or scheduled wait for it.`,
      'To run one again that has ended, use action retry.',
    );
  }
  if (action === 'retry' && /not retryable/i.test(error.message)) {
    return new ToolError(
      'not-retryable',
      `Job ${id} cannot be retried: it has not ended yet, or was retried already.`,
      'Look for the newest job of that name with list_jobs.',
    );
  }
  return error;
}
