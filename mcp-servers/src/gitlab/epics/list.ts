import * as z from 'zod';
import { responseFormat } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';
import { byRest, eitherApi } from './api.js';
import { listed } from './epic.js';
import { listEpics as listByRest } from './rest.js';
import { listEpics as listByGraphQL } from './work-items/work-items.js';

export const listEpics = gitlabTool({
  name: 'list_epics',
  title: 'List epics',
  description: "Epics of a group (default: the project's) by filter. `author` is a user name.",
  effect: 'read',
  endpoints: eitherApi,
  input: z.strictObject({
    group: z.string().optional(),
    search: z.string().optional(),
    state: z.enum(['opened', 'closed', 'all']).default('opened'),
    labels: z.array(z.string()).optional(),
    author: z.string().optional(),
    updated_after: z.string().optional(),
    include_descendants: z.boolean().default(false).describe('those of subgroups too'),
    order_by: z.enum(['created_at', 'updated_at', 'title']).default('created_at'),
    sort: z.enum(['asc', 'desc']).default('desc'),
    ...pagingInput,
    response_format: responseFormat,
  }),
  output: listOutput('epics', { reference: z.string(), title: z.string() }),
  async run({ group, cursor, limit, response_format, ...input }, call) {
    const place = await call.group(group);
    if (input.include_descendants) call.wholeGroup(String(place.id));
    const filters = { ...input, author: input.author?.replace(/^@/, '') };
    const detailed = response_format === 'detailed';
    const { items, ...rest } = (await byRest(call, place))
      ? await listByRest(call, place, filters, { cursor, limit })
      : await listByGraphQL(call, place, filters, { cursor, limit, detailed });
    const epics = items.map((epic) => listed(epic, response_format));
    return { about: `epics of ${place.id}`, data: { epics, ...rest } };
  },
});
