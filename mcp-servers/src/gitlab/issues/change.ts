// create_issue and update_issue
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Place } from '../client/endpoint.js';
import { type EpicOfIssue, epicForIssue, epicOfIssue, issueEndpoint } from '../epics/of-issue.js';
import type { Call } from '../toolkit/call.js';
import { memberLookup, milestoneLookup, numbered } from '../toolkit/lookup.js';
import type { Located } from '../toolkit/places.js';
import { checkQuickActions } from '../toolkit/quick-actions.js';
import { type Found, gitlabTool } from '../toolkit/tool.js';
import { changedIssue } from './views.js';

const fields = {
  description: z.string().optional(),
  assignees: z.array(z.string()).optional(),
  milestone: z.string().optional(),
  due_date: z
    .string()
    .regex(/^(\d{4}-\d\d-\d\d)?$/)
    .optional(),
  // Text, as '' clears it: not every client can say that something is a number or ''.
  weight: z
    .string()
    .regex(/^\d*$/)
    .transform((text) => text && Number(text))
    .optional(),
  confidential: z.boolean().optional(),
  epic: z.string().optional(),
};

const output = z.looseObject({ iid: z.int(), title: z.string(), web_url: z.string().optional() });

/** What the fields need to be understood. */
const lookups = [memberLookup, milestoneLookup, ...epicOfIssue] as const;

export const createIssue = gitlabTool({
  name: 'create_issue',
  title: 'Create issue',
  description: 'A new issue. `assignees` are user names, `milestone` a title, `epic` as &5, `due_date` YYYY-MM-DD.',
  effect: 'add',
  endpoints: ['POST /projects/:id/issues', ...lookups],
  input: z.strictObject({
    project: z.string().optional(),
    title: z.string().min(1).max(255),
    ...fields,
    labels: z.array(z.string()).optional(),
    issue_type: z.enum(['issue', 'incident', 'task', 'test_case']).optional(),
  }),
  output,
  async run({ project, labels, epic, ...input }, call) {
    checkQuickActions(input.description, call.quickActions);
    const id = await call.project(project);
    const inEpic = await epicForIssue(call, epic);
    const body = { ...(await fieldsOf(call, id, input)), ...inEpic.fields, labels: labels?.join(',') };
    const made = await call.post('POST /projects/:id/issues', { params: { id }, body }, changedIssue);
    return shown(call, { place: id, iid: made.iid }, { done: made, inEpic });
  },
});

export const updateIssue = gitlabTool({
  name: 'update_issue',
  title: 'Update issue',
  description: "Changes the fields that are given; '' or [] clears one. `assignees` replaces all assignees.",
  effect: 'change',
  endpoints: ['PUT /projects/:id/issues/:issue_iid', ...lookups],
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
  async run({ issue, project, epic, add_labels, remove_labels, ...input }, call) {
    checkQuickActions(input.description, call.quickActions);
    const found = await call.issue(issue, project);
    const inEpic = await epicForIssue(call, epic);
    const body = given({
      ...(await fieldsOf(call, found.place, input)),
      ...inEpic.fields,
      add_labels: add_labels?.join(','),
      remove_labels: remove_labels?.join(','),
    });
    if (Object.keys(body).length === 0 && !inEpic.after) throw nothingGiven();
    const params = { id: found.place, issue_iid: found.iid };
    const done =
      Object.keys(body).length > 0
        ? await call.put('PUT /projects/:id/issues/:issue_iid', { params, body }, changedIssue)
        : undefined;
    return shown(call, found, { done, inEpic });
  },
});

/** A weight is cleared by null. */
async function fieldsOf<Input extends { weight?: number | '' | undefined }>(
  call: Call<typeof memberLookup | typeof milestoneLookup>,
  id: Place,
  { weight, ...input }: Input,
) {
  return { ...(await numbered(call, id, input)), weight: weight === '' ? null : weight };
}

function given(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** Puts the issue into its epic where that is a step of its own, and shows what came of all. */
async function shown(
  call: Call<typeof issueEndpoint>,
  issue: Located,
  { done, inEpic }: { done: z.output<typeof changedIssue> | undefined; inEpic: EpicOfIssue },
): Promise<Found> {
  const about = `issue ${issue.place.id}#${issue.iid}`;
  if (done && !inEpic.after) return { about, data: done };
  await inEpic.after?.(issue).catch((error) => {
    throw done ? allButEpic(error, about) : error;
  });
  const params = { id: issue.place, issue_iid: issue.iid };
  return { about, data: await call.get(issueEndpoint, { params }, changedIssue) };
}

function nothingGiven(): ToolError {
  return new ToolError('bad-arguments', 'No field to change is given.', 'Give at least one beside issue and project.');
}

/** Lest all is done a second time. */
function allButEpic(error: unknown, issue: string): unknown {
  if (!(error instanceof ToolError)) return error;
  const message = `${error.message} All else was done: it is ${issue}, in no other epic than before.`;
  return new ToolError(error.code, message, 'Repeat the epic alone, with update_issue, or tell the user.');
}
