import * as z from 'zod';
import { responseFormat } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';
import { byRest, eitherApi } from './api.js';
import { contents, listItems as listByRest } from './rest.js';
import { listItems as listByGraphQL } from './work-items/children.js';

export const listEpicItems = gitlabTool({
  name: 'list_epic_items',
  title: 'List what is in an epic',
  description: 'The issues in an epic, or its child epics.',
  effect: 'read',
  endpoints: [...eitherApi, ...Object.values(contents)],
  input: z.strictObject({
    epic: z.string(),
    kind: z.enum(['issues', 'epics']).default('issues'),
    ...pagingInput,
    response_format: responseFormat,
  }),
  output: listOutput('items', { reference: z.string(), title: z.string() }),
  async run({ epic, kind, cursor, limit, response_format }, call) {
    const found = await call.epic(epic);
    const { items, ...rest } = (await byRest(call, found.place))
      ? await listByRest(call, found, kind, { cursor, limit })
      : await listByGraphQL(call, found, kind, { cursor, limit });
    const shown = response_format === 'detailed' ? items : items.map(({ web_url: _, ...item }) => item);
    return { about: `${kind} in epic ${found.place.id}&${found.iid}`, data: { items: shown, ...rest } };
  },
});
