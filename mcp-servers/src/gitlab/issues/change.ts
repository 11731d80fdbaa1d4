// create_issue and update_issue
import { z } from 'zod';
import type { Place } from '../client/endpoint.js';
import type { Call } from '../toolkit/call.js';
import { memberLookup, milestoneId, milestoneLookup, userIds } from '../toolkit/lookup.js';
import { checkQuickActions } from '../toolkit/quick-actions.js';
import { gitlabTool } from '../toolkit/tool.js';
import { issueView } from './views.js';

const fields = {
  description: z.string().optional(),
  assignees: z.array(z.string()).optional(),
  milestone: z.string().optional(),
  due_date: z.string().optional(),
  weight: z.int().min(0).optional(),
  confidential: z.boolean().optional(),
};

const output = z.looseObject({ iid: z.int(), title: z.string(), web_url: z.string().optional() });

export const createIssue = gitlabTool({
  name: 'create_issue',
  title: 'Create issue',
  description: 'A new issue. `assignees` are user names, `milestone` a title, `due_date` YYYY-MM-DD.',
  effect: 'add',
  endpoints: ['POST /projects/:id/issues', memberLookup, milestoneLookup],
  input: z.strictObject({
    project: z.string().optional(),
    title: z.string().min(1).max(255),
    ...fields,
    labels: z.array(z.string()).optional(),
    issue_type: z.enum(['issue', 'incident', 'task', 'test_case']).optional(),
  }),
  output,
  async run({ project, labels, ...input }, call) {
    checkQuickActions(input.description, call.quickActions);
    const id = await call.project(project);
    const body = { ...(await resolved(input, id, call)), labels: labels?.join(',') };
    const data = await call.post('POST /projects/:id/issues', { params: { id }, body }, issueView('concise'));
    return { about: `new issue of ${id.id}`, data };
  },
});

export const updateIssue = gitlabTool({
  name: 'update_issue',
  title: 'Update issue',
  description: "Changes the fields that are given; '' or [] clears one. `assignees` replaces all assignees.",
  effect: 'change',
  endpoints: ['PUT /projects/:id/issues/:issue_iid', memberLookup, milestoneLookup],
  input: z.strictObject({
    issue: z.string(),
    project: z.string().optional(),
    title: z.string().min(1).max(255).optional(),
    ...fields,
    add_labels: z.array(z.string()).optional(),
    remove_labels: z.array(z.string()).optional(),
    state_event: z.enum(['close', 'reopen']).optional(),
    discussion_locked: z.boolean().optional(),
  }),
  output,
  async run({ issue, project, add_labels, remove_labels, ...input }, call) {
    checkQuickActions(input.description, call.quickActions);
    const { place, iid } = await call.issue(issue, project);
    const body = {
      ...(await resolved(input, place, call)),
      add_labels: add_labels?.join(','),
      remove_labels: remove_labels?.join(','),
    };
    const params = { id: place, issue_iid: iid };
    const data = await call.put('PUT /projects/:id/issues/:issue_iid', { params, body }, issueView('concise'));
    return { about: `issue ${place.id}#${iid}`, data };
  },
});

interface Named {
  assignees?: string[] | undefined;
  milestone?: string | undefined;
}

/** With numbers in place of names. */
async function resolved<Input extends Named>(
  { assignees, milestone, ...rest }: Input,
  id: Place,
  call: Call<typeof memberLookup | typeof milestoneLookup>,
) {
  const assignee_ids = await userIds(call, id, assignees);
  const milestone_id = await milestoneId(call, id, milestone);
  return { ...rest, assignee_ids, milestone_id };
}
