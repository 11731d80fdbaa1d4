import * as z from 'zod';
import { gitlabTool } from '../toolkit/tool.js';
import { timeView } from './views.js';

const endpoints = {
  estimate: 'POST /projects/:id/issues/:issue_iid/time_estimate',
  spend: 'POST /projects/:id/issues/:issue_iid/add_spent_time',
} as const;

export const trackTime = gitlabTool({
  name: 'track_time',
  title: 'Track time',
  description: 'Sets the estimate of an issue, or adds time spent. `duration` as in 3h30m; a negative one takes away.',
  effect: 'change',
  endpoints: Object.values(endpoints),
  input: z.strictObject({
    issue: z.string(),
    project: z.string().optional(),
    action: z.enum(['estimate', 'spend']),
    duration: z.string().regex(/^-?(\d+(mo|w|d|h|m|s)\s*)+$/),
    summary: z.string().optional(),
  }),
  output: z.looseObject({ estimate: z.string(), spent: z.string() }),
  async run({ issue, project, action, duration, summary }, call) {
    const { place, iid } = await call.issue(issue, project);
    const body = { duration, ...(action === 'spend' && { summary }) };
    const data = await call.post(endpoints[action], { params: { id: place, issue_iid: iid }, body }, timeView);
    return { about: `time of ${place.id}#${iid}`, data };
  },
});
