// Links between issues, and merge requests that belong to one.
import * as z from 'zod';
import { labels, people, person, responseFormat, text, views } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';

/** `acme/shop#12` */
const reference = z
  .object({ full: z.string() })
  .nullish()
  .transform((references) => references?.full);

const related = views(
  { iid: z.number(), references: reference, title: z.string(), state: text, link_type: text },
  { author: person, assignees: people, labels, updated_at: text, web_url: text },
);

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
    response_format: responseFormat,
  }),
  output: listOutput('relations', { reference: z.string(), title: z.string() }),
  async run({ issue, project, kind, cursor, limit, response_format }, call) {
    const { place, iid } = await call.issue(issue, project);
    const page = { params: { id: place, issue_iid: iid }, cursor, limit };
    const { items, ...rest } = await call.list(sources[kind], page, related(response_format));
    const relations = items.map(({ references, ...item }) => ({ reference: references, ...item }));
    return { about: `${kind} of ${place.id}#${iid}`, data: { relations, ...rest } };
  },
});

const side = z.object({ iid: z.number(), title: z.string(), project_id: z.number() });
const link = z.object({ link_type: z.string(), source_issue: side, target_issue: side });

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
    const [own, other] = [await call.identity(from.place), await call.identity(to.place)];
    const body = { target_project_id: String(other.id), target_issue_iid: String(to.iid), link_type };
    const params = { id: from.place, issue_iid: from.iid };
    const made = await call.post('POST /projects/:id/issues/:issue_iid/links', { params, body }, link);
    const named = ({ iid, title, project_id }: z.output<typeof side>) =>
      `${(project_id === other.id ? other : own).path_with_namespace}#${iid} ${title}`;
    const data = {
      link_type: made.link_type,
      source: named(made.source_issue),
      target: named(made.target_issue),
    };
    return { about: `link of ${from.place.id}#${from.iid}`, data };
  },
});
