// create_merge_request and update_merge_request
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Place } from '../client/endpoint.js';
import { GitLabError } from '../client/errors.js';
import type { Call } from '../toolkit/call.js';
import { memberLookup, milestoneLookup, numbered } from '../toolkit/lookup.js';
import { checkQuickActions } from '../toolkit/quick-actions.js';
import { gitlabTool } from '../toolkit/tool.js';
import { draftTitle, isDraft } from './draft.js';
import { oneMergeRequest } from './merge-status.js';
import { mergeRequestView } from './views.js';

const fields = {
  description: z.string().optional(),
  target_branch: z.string().optional(),
  draft: z.boolean().optional(),
  assignees: z.array(z.string()).optional(),
  reviewers: z.array(z.string()).optional(),
  milestone: z.string().optional(),
  squash: z.boolean().optional(),
  remove_source_branch: z.boolean().optional(),
  allow_collaboration: z.boolean().optional(),
};

const output = z.looseObject({ iid: z.int(), title: z.string(), web_url: z.string().optional() });

export const createMergeRequest = gitlabTool({
  name: 'create_merge_request',
  title: 'Create merge request',
  description:
    'Into `target_branch` (default: the default branch) of `target_project` (default: the same). People are user names, `milestone` a title.',
  effect: 'add',
  endpoints: ['POST /projects/:id/merge_requests', 'GET /projects/:id', memberLookup, milestoneLookup],
  input: z.strictObject({
    project: z.string().optional(),
    source_branch: z.string(),
    target_project: z.string().optional(),
    title: z.string().min(1).max(255),
    ...fields,
    labels: z.array(z.string()).optional(),
  }),
  output,
  async run({ project, target_project, title, draft, labels, target_branch, ...input }, call) {
    checkQuickActions(input.description, call.quickActions);
    const id = await call.project(project);
    const target = target_project === undefined ? id : await call.project(target_project);
    const body = {
      ...(await numbered(call, target, input)),
      title: draftTitle(title, draft),
      target_branch: target_branch ?? (await defaultBranch(call, target)),
      ...(target_project !== undefined && { target_project_id: (await call.identity(target)).id }),
      labels: labels?.join(','),
    };
    try {
      const params = { id };
      const data = await call.post('POST /projects/:id/merge_requests', { params, body }, mergeRequestView('concise'));
      return { about: `new merge request of ${target.id}`, data };
    } catch (error) {
      throw duplicate(error);
    }
  },
});

export const updateMergeRequest = gitlabTool({
  name: 'update_merge_request',
  title: 'Update merge request',
  description: "Changes the fields that are given; '' or [] clears one. assignees and reviewers replace all.",
  effect: 'change',
  endpoints: ['PUT /projects/:id/merge_requests/:merge_request_iid', oneMergeRequest, memberLookup, milestoneLookup],
  input: z.strictObject({
    merge_request: z.string(),
    project: z.string().optional(),
    title: z.string().min(1).max(255).optional(),
    ...fields,
    add_labels: z.array(z.string()).optional(),
    remove_labels: z.array(z.string()).optional(),
    state_event: z.enum(['close', 'reopen']).optional(),
    discussion_locked: z.boolean().optional(),
  }),
  output,
  async run({ merge_request, project, title, draft, add_labels, remove_labels, ...input }, call) {
    checkQuickActions(input.description, call.quickActions);
    const { place, iid } = await call.mergeRequest(merge_request, project);
    const params = { id: place, merge_request_iid: iid };
    // A draft is one by its title: neither may change the other unasked.
    const before = title === undefined && draft === undefined ? undefined : await titleOf(call, params);
    const body = {
      ...(await numbered(call, place, input)),
      ...(before !== undefined && { title: draftTitle(title ?? before, draft ?? isDraft(before)) }),
      add_labels: add_labels?.join(','),
      remove_labels: remove_labels?.join(','),
    };
    const endpoint = 'PUT /projects/:id/merge_requests/:merge_request_iid';
    const data = await call.put(endpoint, { params, body }, mergeRequestView('concise'));
    return { about: `merge request ${place.id}!${iid}`, data };
  },
});

async function defaultBranch(call: Call<'GET /projects/:id'>, id: Place): Promise<string> {
  const project = z.object({ default_branch: z.string().nullish() });
  const { default_branch } = await call.get('GET /projects/:id', { params: { id } }, project);
  if (default_branch) return default_branch;
  throw new ToolError('no-default-branch', 'The project has no default branch yet.', 'Give target_branch.');
}

async function titleOf(
  call: Call<typeof oneMergeRequest>,
  params: { id: Place; merge_request_iid: number },
): Promise<string> {
  return (await call.get(oneMergeRequest, { params }, z.object({ title: z.string() }))).title;
}

/** GitLab's 409 names the one that there is. */
function duplicate(error: unknown): unknown {
  const iid = error instanceof GitLabError && error.status === 409 ? /!(\d+)/.exec(error.message)?.[1] : undefined;
  if (iid === undefined) return error;
  return new ToolError(
    'exists',
    `There is an open merge request for this source branch already: !${iid}. Nothing was created.`,
    `Look at it with get_merge_request, or change it with update_merge_request: merge_request "!${iid}".`,
  );
}
