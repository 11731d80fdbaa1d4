import * as z from 'zod';
import { responseFormat } from '../toolkit/fields.js';
import { gitlabTool } from '../toolkit/tool.js';
import { byRest, eitherApi } from './api.js';
import { concise } from './epic.js';
import { contents, countItems as countByRest, epicEndpoint, getEpic as getByRest } from './rest.js';
import { countItems as countByGraphQL } from './work-items/children.js';
import { getEpic as getByGraphQL } from './work-items/work-items.js';

export const getEpic = gitlabTool({
  name: 'get_epic',
  title: 'Get epic',
  description:
    'One epic (&5, group&5 or URL) with its description; detailed counts what is in it. Comments: list_notes.',
  effect: 'read',
  endpoints: [...eitherApi, epicEndpoint, ...Object.values(contents)],
  input: z.strictObject({ epic: z.string(), response_format: responseFormat }),
  output: z.looseObject({ reference: z.string(), title: z.string(), description: z.string().optional() }),
  async run({ epic, response_format }, call) {
    const found = await call.epic(epic);
    const rest = await byRest(call, found.place);
    const data = rest ? await getByRest(call, found) : await getByGraphQL(call, found);
    const about = `epic ${data.reference}`;
    if (response_format === 'concise') return { about, data: concise(data) };
    return { about, data: { ...data, ...(rest ? await countByRest(call, found) : await countByGraphQL(call, found)) } };
  },
});
