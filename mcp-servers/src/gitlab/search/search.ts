// The tool `search`.
import * as z from 'zod';
import type { Place } from '../client/endpoint.js';
import type { Call } from '../toolkit/call.js';
import { responseFormat } from '../toolkit/fields.js';
import { listOutput, type Page, pagingInput, readOn } from '../toolkit/paging.js';
import { type Found, gitlabTool } from '../toolkit/tool.js';
import { showFragments } from './fragments.js';
import { checkScope, explained, type Level, levels, scopes } from './scopes.js';
import { viewOf } from './views.js';

const endpoints = {
  project: 'GET /projects/:id/search',
  group: 'GET /groups/:id/search',
  instance: 'GET /search',
} as const;

export const search = gitlabTool({
  name: 'search',
  title: 'Search',
  description:
    'Finds code (blobs), commits, issues, merge requests, comments (notes), wiki pages, users and more in the project; in a group or the whole instance where the policy opens it.',
  effect: 'read',
  endpoints: Object.values(endpoints),
  input: z.strictObject({
    scope: z.enum(scopes),
    query: z.string().min(1),
    in: z.enum(levels).optional(),
    project: z.string().optional(),
    group: z.string().optional(),
    state: z.enum(['opened', 'closed', 'merged', 'all']).optional(),
    confidential: z.boolean().optional(),
    ref: z.string().optional(),
    fields: z.enum(['title']).optional(),
    search_type: z.enum(['basic', 'advanced', 'zoekt']).optional(),
    regex: z.boolean().optional(),
    sort: z.enum(['asc', 'desc']).optional().describe('By created_at'),
    ...pagingInput,
    response_format: responseFormat,
  }),
  output: listOutput('results', {}),
  async run({ scope, query: words, project, group, cursor, limit, response_format, sort, ...rest }, call) {
    const { in: level = group === undefined ? 'project' : 'group', ...filters } = rest;
    checkScope(level, scope, filters);
    const place = await placeOf(call, level, { project, group });
    const query = { scope, search: words, ...filters, sort, order_by: sort && 'created_at' };
    const page = { query, cursor, limit };
    const view = viewOf(scope, level, response_format);
    const answer =
      place === undefined
        ? call.list(endpoints.instance, page, view)
        : call.list(level === 'group' ? endpoints.group : endpoints.project, { params: { id: place }, ...page }, view);
    const found = await answer.catch((error: unknown) => {
      throw explained(error, level, scope);
    });
    return shown(`${scope} in ${place === undefined ? 'the instance' : place.id}`, found, scope.endsWith('blobs'));
  },
});

/** Undefined for the whole instance. Throws ToolError `outside`. */
async function placeOf(
  call: Call,
  level: Level,
  { project, group }: { project?: string | undefined; group?: string | undefined },
): Promise<Place | undefined> {
  if (level === 'project') return call.project(project);
  if (level === 'group') return call.wholeGroup(group);
  call.wholeInstance('searching the whole instance');
  return undefined;
}

const nothing =
  'Nothing found (also where the project has this feature off). Words are matched as they are: try fewer or others. For code, filename:NAME, extension:EXT and path:PART narrow down.';

function shown(about: string, { items, ...rest }: Page<Record<string, unknown>>, code: boolean): Found {
  const data = { results: items, ...rest };
  if (items.length === 0) return { about, data, note: nothing };
  return code ? { about, data, text: showFragments(items), source: true, note: readOn(rest) } : { about, data };
}
