// list_merge_request_items: everything that hangs on a merge request, by kind.
import * as z from 'zod';
import { text } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';
import { approvalEndpoints, approvalsOf } from './approvals.js';
import { conflictEndpoints, conflictsOf } from './conflicts.js';
import { reviewerView } from './views.js';

const issue = z
  .object({
    iid: z.number().nullish(),
    id: z.union([z.number(), z.string()]),
    title: z.string(),
    state: text,
    web_url: text,
  })
  // Issues of another tracker have no iid.
  .transform(({ id, iid, ...rest }) => ({ ...(iid === undefined || iid === null ? { id } : { iid }), ...rest }));

const lists = {
  commits: {
    endpoint: 'GET /projects/:id/merge_requests/:merge_request_iid/commits',
    view: z.object({ id: z.string(), title: z.string(), author_name: text, created_at: text }),
  },
  pipelines: {
    endpoint: 'GET /projects/:id/merge_requests/:merge_request_iid/pipelines',
    view: z.object({
      id: z.number(),
      status: text,
      ref: text,
      sha: text,
      source: text,
      created_at: text,
      web_url: text,
    }),
  },
  versions: {
    endpoint: 'GET /projects/:id/merge_requests/:merge_request_iid/versions',
    view: z.object({
      id: z.number(),
      head_commit_sha: text,
      base_commit_sha: text,
      start_commit_sha: text,
      created_at: text,
    }),
  },
  reviewers: {
    endpoint: 'GET /projects/:id/merge_requests/:merge_request_iid/reviewers',
    view: reviewerView,
  },
  participants: {
    endpoint: 'GET /projects/:id/merge_requests/:merge_request_iid/participants',
    view: z.object({ username: z.string(), name: text }),
  },
  related_issues: {
    endpoint: 'GET /projects/:id/merge_requests/:merge_request_iid/related_issues',
    view: issue,
  },
  closes_issues: {
    endpoint: 'GET /projects/:id/merge_requests/:merge_request_iid/closes_issues',
    view: issue,
  },
} as const;

const listKinds = [
  'commits',
  'pipelines',
  'versions',
  'reviewers',
  'participants',
  'related_issues',
  'closes_issues',
] as const;

export const listMergeRequestItems = gitlabTool({
  name: 'list_merge_request_items',
  title: 'List items of a merge request',
  description:
    'What belongs to a merge request. closes_issues: issues it closes when merged; related_issues: mentioned ones too; conflicts: whether and in which files.',
  effect: 'read',
  endpoints: [...listKinds.map((kind) => lists[kind].endpoint), ...approvalEndpoints, ...conflictEndpoints],
  input: z.strictObject({
    merge_request: z.string(),
    project: z.string().optional(),
    kind: z.enum([...listKinds, 'approvals', 'conflicts']),
    ...pagingInput,
  }),
  output: listOutput('items', {}),
  async run({ merge_request, project, kind, cursor, limit }, call) {
    const located = await call.mergeRequest(merge_request, project);
    const { place, iid } = located;
    const about = `${kind} of merge request ${place.id}!${iid}`;
    if (kind === 'approvals') return { about, ...(await approvalsOf(call, located)) };
    if (kind === 'conflicts') return { about, ...(await conflictsOf(call, located)) };
    const { endpoint, view } = lists[kind];
    const page = { params: { id: place, merge_request_iid: iid }, cursor, limit };
    const { items, ...rest } = await call.list(endpoint, page, view as z.ZodType<Record<string, unknown>>);
    return { about, data: { items, ...rest } };
  },
});
