// Links between issues, merge requests that belong to one, and the time spent on it.
import { z } from 'zod';
import { text } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';

const linked = z
  .object({
    iid: z.number(),
    title: z.string(),
    state: text,
    link_type: text,
    references: z.object({ full: z.string() }).nullish(),
    web_url: text,
  })
  .transform(({ references, ...rest }) => ({ ...rest, reference: references?.full }));

const sources = {
  links: 'GET /projects/:id/issues/:issue_iid/links',
  related_merge_requests: 'GET /projects/:id/issues/:issue_iid/related_merge_requests',
  closed_by: 'GET /projects/:id/issues/:issue_iid/closed_by',
} as const;

export const listIssueRelations = gitlabTool({
  name: 'list_issue_relations',
  title: 'List relations of an issue',
  description: 'Linked issues, related merge requests, or the merge requests that close it.',
  effect: 'read',
  endpoints: Object.values(sources),
  input: z.strictObject({
    issue: z.string(),
    project: z.string().optional(),
    kind: z.enum(['links', 'related_merge_requests', 'closed_by']),
    ...pagingInput,
  }),
  output: listOutput('relations', { iid: z.int(), title: z.string() }),
  async run({ issue, project, kind, cursor, limit }, call) {
    const { place, iid } = await call.issue(issue, project);
    const page = { params: { id: place, issue_iid: iid }, cursor, limit };
    const { items, ...rest } = await call.list(sources[kind], page, linked);
    return { about: `${kind} of ${place.id}#${iid}`, data: { relations: items, ...rest } };
  },
});

export const linkIssues = gitlabTool({
  name: 'link_issues',
  title: 'Link issues',
  description: 'Relates an issue to another one, `target`.',
  effect: 'add',
  endpoints: ['POST /projects/:id/issues/:issue_iid/links', 'GET /projects/:id'],
  input: z.strictObject({
    issue: z.string(),
    target: z.string(),
    project: z.string().optional(),
    link_type: z.enum(['relates_to', 'blocks', 'is_blocked_by']).default('relates_to'),
  }),
  output: z.looseObject({ link_type: z.string() }),
  async run({ issue, target, project, link_type }, call) {
    const from = await call.issue(issue, project);
    const to = await call.issue(target, project);
    const body = { target_project_id: String(to.place.id), target_issue_iid: String(to.iid), link_type };
    const params = { id: from.place, issue_iid: from.iid };
    const answer = z.object({
      link_type: z.string(),
      source_issue: z.object({ iid: z.number(), title: z.string() }),
      target_issue: z.object({ iid: z.number(), title: z.string() }),
    });
    const data = await call.post('POST /projects/:id/issues/:issue_iid/links', { params, body }, answer);
    return { about: `link of ${from.place.id}#${from.iid}`, data };
  },
});

const timeEndpoints = {
  estimate: 'POST /projects/:id/issues/:issue_iid/time_estimate',
  spend: 'POST /projects/:id/issues/:issue_iid/add_spent_time',
} as const;

export const trackTime = gitlabTool({
  name: 'track_time',
  title: 'Track time',
  description: 'Sets the estimate of an issue, or adds time spent. `duration` as in 3h30m; a negative one takes away.',
  effect: 'change',
  endpoints: Object.values(timeEndpoints),
  input: z.strictObject({
    issue: z.string(),
    project: z.string().optional(),
    action: z.enum(['estimate', 'spend']),
    duration: z.string().regex(/^-?(\d+(mo|w|d|h|m|s)\s*)+$/),
    summary: z.string().optional(),
  }),
  output: z.looseObject({}),
  async run({ issue, project, action, duration, summary }, call) {
    const { place, iid } = await call.issue(issue, project);
    const body = { duration, ...(action === 'spend' && { summary }) };
    const answer = z.object({ human_time_estimate: text, human_total_time_spent: text });
    const data = await call.post(timeEndpoints[action], { params: { id: place, issue_iid: iid }, body }, answer);
    return { about: `time of ${place.id}#${iid}`, data };
  },
});
