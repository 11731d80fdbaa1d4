// list_commits and get_commit
import * as z from 'zod';
import { responseFormat } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';
import { checkedPath, revision } from './refs.js';
import { commitView, listedCommit } from './views.js';

export const listCommits = gitlabTool({
  name: 'list_commits',
  title: 'List commits',
  description:
    'Commits of a branch, tag or range a..b, newest first. `path`: those that changed it. detailed: with line counts.',
  effect: 'read',
  endpoints: ['GET /projects/:id/repository/commits'],
  input: z.strictObject({
    project: z.string().optional(),
    ref: z.string().optional(),
    path: z.string().optional(),
    author: z.string().optional(),
    since: z.string().optional(),
    until: z.string().optional(),
    first_parent: z.boolean().optional(),
    ...pagingInput,
    response_format: responseFormat,
  }),
  output: listOutput('commits', { short_id: z.string(), title: z.string() }),
  async run({ project, ref, path, cursor, limit, response_format, ...filters }, call) {
    const id = await call.project(project);
    const query = {
      ...filters,
      path: path && checkedPath(path, 'tree'),
      ref_name: ref,
      with_stats: response_format === 'detailed' || undefined,
    };
    const page = { params: { id }, query, cursor, limit };
    const { items, ...rest } = await call.list(
      'GET /projects/:id/repository/commits',
      page,
      listedCommit(response_format),
    );
    return { about: `commits of ${id.id}`, data: { commits: items, ...rest } };
  },
});

const refs = 'GET /projects/:id/repository/commits/:sha/refs';

/** More branches and tags than these hold a commit only where nearly all do. */
const mostRefs = 100;

export const getCommit = gitlabTool({
  name: 'get_commit',
  title: 'Get commit',
  description: 'One commit by hash, branch, tag or URL. detailed: with line counts and the branches and tags it is in.',
  effect: 'read',
  endpoints: ['GET /projects/:id/repository/commits/:sha', refs],
  input: z.strictObject({ commit: z.string(), project: z.string().optional(), response_format: responseFormat }),
  output: z.looseObject({ id: z.string(), title: z.string() }),
  async run({ commit, project, response_format }, call) {
    const { place: id, ref } = await revision(call, commit, project);
    const detailed = response_format === 'detailed';
    const options = { params: { id, sha: ref }, query: { stats: detailed } };
    const found = await call.get('GET /projects/:id/repository/commits/:sha', options, commitView(response_format));
    const about = `commit ${id.id}@${found['short_id']}`;
    if (!detailed) return { about, data: found };
    const page = { params: { id, sha: String(found['id']) }, limit: mostRefs };
    const { items } = await call.list(refs, page, z.object({ type: z.string(), name: z.string() }));
    const named = (type: string) => items.filter((one) => one.type === type).map(({ name }) => name);
    return { about, data: { ...found, branches: named('branch'), tags: named('tag') } };
  },
});
