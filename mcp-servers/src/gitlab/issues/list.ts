import * as z from 'zod';
import { responseFormat } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';
import { listedIssue } from './views.js';

export const listIssues = gitlabTool({
  name: 'list_issues',
  title: 'List issues',
  description:
    'Issues by filter, newest first. `assignee` and `author` are user names; assignee, labels and milestone may be None or Any.',
  effect: 'read',
  endpoints: ['GET /projects/:id/issues'],
  input: z.strictObject({
    project: z.string().optional(),
    search: z.string().optional(),
    state: z.enum(['opened', 'closed', 'all']).default('opened'),
    labels: z.array(z.string()).optional(),
    assignee: z.string().optional(),
    author: z.string().optional(),
    milestone: z.string().optional(),
    confidential: z.boolean().optional(),
    due_date: z.enum(['none', 'any', 'today', 'tomorrow', 'overdue', 'week', 'month']).optional(),
    updated_after: z.string().optional(),
    order_by: z.enum(['created_at', 'updated_at', 'due_date', 'priority', 'weight']).default('created_at'),
    sort: z.enum(['asc', 'desc']).default('desc'),
    ...pagingInput,
    response_format: responseFormat,
  }),
  output: listOutput('issues', { iid: z.int(), title: z.string() }),
  async run({ project, labels, assignee, author, due_date, cursor, limit, response_format, ...filters }, call) {
    const id = await call.project(project);
    const query = {
      ...filters,
      labels: labels?.join(',') || undefined,
      due_date: due_date === 'none' ? '0' : due_date,
      author_username: author?.replace(/^@/, ''),
      ...(assignee !== undefined && assigneeFilter(assignee.replace(/^@/, ''))),
    };
    const page = { params: { id }, query, cursor, limit };
    const { items, ...rest } = await call.list('GET /projects/:id/issues', page, listedIssue(response_format));
    return { about: `issues of ${id.id}`, data: { issues: items, ...rest } };
  },
});

/** GitLab takes the two words under another name than user names. */
function assigneeFilter(assignee: string) {
  return /^(none|any)$/i.test(assignee) ? { assignee_id: assignee } : { assignee_username: assignee };
}
