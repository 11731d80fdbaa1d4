import * as z from 'zod';
import { responseFormat } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';
import { listedMergeRequest } from './views.js';

export const listMergeRequests = gitlabTool({
  name: 'list_merge_requests',
  title: 'List merge requests',
  description:
    'Merge requests by filter, newest first. People are user names; assignee and reviewer may be None or Any.',
  effect: 'read',
  endpoints: ['GET /projects/:id/merge_requests'],
  input: z.strictObject({
    project: z.string().optional(),
    search: z.string().optional(),
    state: z.enum(['opened', 'closed', 'merged', 'all']).default('opened'),
    scope: z.enum(['all', 'created_by_me', 'assigned_to_me', 'reviews_for_me']).default('all'),
    author: z.string().optional(),
    assignee: z.string().optional(),
    reviewer: z.string().optional(),
    labels: z.array(z.string()).optional(),
    milestone: z.string().optional(),
    source_branch: z.string().optional(),
    target_branch: z.string().optional(),
    draft: z.boolean().optional(),
    updated_after: z.string().optional(),
    order_by: z.enum(['created_at', 'updated_at', 'merged_at']).default('created_at'),
    sort: z.enum(['asc', 'desc']).default('desc'),
    ...pagingInput,
    response_format: responseFormat,
  }),
  output: listOutput('merge_requests', { iid: z.int(), title: z.string() }),
  async run({ project, labels, author, assignee, reviewer, draft, cursor, limit, response_format, ...filters }, call) {
    const id = await call.project(project);
    const query = {
      ...filters,
      labels: labels?.join(','),
      author_username: author?.replace(/^@/, ''),
      ...personFilter('assignee', assignee),
      ...personFilter('reviewer', reviewer),
      // `draft` is newer than this.
      wip: draft === undefined ? undefined : draft ? 'yes' : 'no',
    };
    const page = { params: { id }, query, cursor, limit };
    const view = listedMergeRequest(response_format);
    const { items, ...rest } = await call.list('GET /projects/:id/merge_requests', page, view);
    return { about: `merge requests of ${id.id}`, data: { merge_requests: items, ...rest } };
  },
});

/** GitLab takes None and Any under another name than user names. */
function personFilter(role: 'assignee' | 'reviewer', person: string | undefined) {
  if (person === undefined) return {};
  const name = person.replace(/^@/, '');
  return /^(none|any)$/i.test(name) ? { [`${role}_id`]: capitalized(name) } : { [`${role}_username`]: name };
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
