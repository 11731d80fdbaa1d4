// list_project_items: the short lists that belong to a project.
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Place, Query } from '../client/endpoint.js';
import type { Call } from '../toolkit/call.js';
import { flag, number, person, responseFormat, text, titled, views } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { type Data, render, tidy } from '../toolkit/render.js';
import { gitlabTool } from '../toolkit/tool.js';
import { commitLine, roleName } from './views.js';

const yes = flag.transform((value) => value || undefined);
const name = z.string();

const branch = views(
  { name, default: yes, protected: yes, merged: yes, commit: commitLine },
  { can_push: flag, developers_can_push: flag, developers_can_merge: flag, web_url: text },
);
const tag = views({ name, target: text, message: text, protected: yes, commit: commitLine }, { created_at: text });
const label = views({ name, description: text, priority: number }, { id: number, color: text });
const release = views(
  { tag_name: name, name: text, released_at: text, upcoming_release: yes },
  { description: text, author: person, commit: commitLine, milestones: z.array(titled).nullish() },
);
const milestone = views(
  { title: name, id: z.number(), iid: number, state: text, start_date: text, due_date: text, expired: yes },
  { description: text, web_url: text },
);
const member = views(
  { username: name, access_level: z.number().transform(roleName), id: z.number() },
  { name: text, state: text, expires_at: text },
);

const lists = {
  branches: 'GET /projects/:id/repository/branches',
  tags: 'GET /projects/:id/repository/tags',
  releases: 'GET /projects/:id/releases',
  labels: 'GET /projects/:id/labels',
  milestones: 'GET /projects/:id/milestones',
  members: 'GET /projects/:id/members/all',
} as const;
type Kind = keyof typeof lists;

const singles = {
  branches: 'GET /projects/:id/repository/branches/:branch',
  tags: 'GET /projects/:id/repository/tags/:tag_name',
  releases: 'GET /projects/:id/releases/:tag_name',
  labels: 'GET /projects/:id/labels/:name',
} as const;

const allViews = {
  branches: branch,
  tags: tag,
  releases: release,
  labels: label,
  milestones: milestone,
  members: member,
};

type ItemsCall = Call<(typeof lists)[Kind] | (typeof singles)[keyof typeof singles]>;

export const listProjectItems = gitlabTool({
  name: 'list_project_items',
  title: 'List branches, tags, releases, labels, milestones or members',
  description: '`search` is a part of the name; `name` shows one item whole, such as a release with its notes.',
  effect: 'read',
  endpoints: [...Object.values(lists), ...Object.values(singles)],
  input: z.strictObject({
    kind: z.enum(['branches', 'tags', 'releases', 'labels', 'milestones', 'members']),
    project: z.string().optional(),
    name: z.string().min(1).optional(),
    search: z.string().optional(),
    state: z.enum(['active', 'closed']).optional().describe('Of milestones'),
    ...pagingInput,
    response_format: responseFormat,
  }),
  output: listOutput('items', {}),
  async run({ kind, project, name, ...wanted }, call) {
    const id = await call.project(project);
    if (name !== undefined) {
      const item = await oneItem(call, id, kind, name.replace(/^@/, ''));
      return { about: `${kind} of ${id.id}`, data: { items: [item] }, text: render(tidy(item) as Data) };
    }
    const { cursor, limit, response_format } = wanted;
    const page = { params: { id }, query: queryOf(kind, wanted), cursor, limit };
    const { items, ...rest } = await call.list(lists[kind], page, allViews[kind](response_format));
    return { about: `${kind} of ${id.id}`, data: { items, ...rest } };
  },
});

interface Filter {
  search?: string | undefined;
  state?: 'active' | 'closed' | undefined;
}

function queryOf(kind: Kind, { search, state }: Filter): Query {
  if (state !== undefined && kind !== 'milestones') throw cannot('state', 'milestones only');
  if (kind === 'members') return { query: search };
  if (kind === 'milestones') return { search, state, include_ancestors: true };
  if (kind === 'releases' && search) throw cannot('search', 'all but releases; those have `name`, their tag');
  return { search };
}

function cannot(filter: string, works: string): ToolError {
  return new ToolError('bad-arguments', `GitLab takes \`${filter}\` for ${works}.`, `Leave \`${filter}\` out.`);
}

async function oneItem(call: ItemsCall, id: Place, kind: Kind, name: string): Promise<Data> {
  switch (kind) {
    case 'branches':
      return call.get(singles.branches, { params: { id, branch: name } }, branch('detailed'));
    case 'tags':
      return call.get(singles.tags, { params: { id, tag_name: name } }, tag('detailed'));
    case 'releases':
      return call.get(singles.releases, { params: { id, tag_name: name } }, release('detailed'));
    case 'labels':
      return call.get(singles.labels, { params: { id, name } }, label('detailed'));
    case 'milestones':
      return named(call, id, { kind, key: 'title', name, query: { title: name, include_ancestors: true } });
    case 'members':
      return named(call, id, { kind, key: 'username', name, query: { query: name } });
  }
}

/** Of the two kinds that GitLab has no address by name for. Throws ToolError `not-found`. */
async function named(
  call: ItemsCall,
  id: Place,
  { kind, key, name, query }: { kind: 'milestones' | 'members'; key: string; name: string; query: Query },
): Promise<Data> {
  const { items } = await call.list(lists[kind], { params: { id }, query, limit: 100 }, allViews[kind]('detailed'));
  const found = items.find((item) => String(item[key]).toLowerCase() === name.toLowerCase());
  if (found) return found;
  const problem = `None of the ${kind} is called ${JSON.stringify(name)}.`;
  throw new ToolError('not-found', problem, 'Leave `name` out to see what there is.');
}
