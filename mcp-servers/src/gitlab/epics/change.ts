// create_epic and update_epic
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import { checkQuickActions } from '../toolkit/quick-actions.js';
import { gitlabTool } from '../toolkit/tool.js';
import { byRest, epicLookup } from './api.js';
import { concise, type Epic } from './epic.js';
import { createEpic as createByRest, updateEpic as updateByRest } from './rest.js';
import { createEpic as createByGraphQL, updateEpic as updateByGraphQL } from './work-items/change.js';

const date = z.string().regex(/^(\d{4}-\d\d-\d\d)?$/);

const fields = {
  description: z.string().optional(),
  start_date: date.optional(),
  due_date: date.optional(),
  confidential: z.boolean().optional(),
  parent: z.string().optional(),
};

const output = z.looseObject({ reference: z.string(), title: z.string(), web_url: z.string().optional() });

export const createEpic = gitlabTool({
  name: 'create_epic',
  title: 'Create epic',
  description: 'A new epic in a group. Dates are YYYY-MM-DD, `parent` an epic.',
  effect: 'add',
  endpoints: [...epicLookup, 'POST /groups/:id/epics'],
  input: z.strictObject({
    group: z.string().optional(),
    title: z.string().min(1).max(255),
    ...fields,
    labels: z.array(z.string()).optional(),
  }),
  output,
  async run({ group, parent, ...input }, call) {
    checkQuickActions(input.description, call.quickActions);
    const place = await call.group(group);
    const fields = { ...input, ...(parent && { parent: await call.epic(parent) }) };
    const create = (await byRest(call, place)) ? createByRest : createByGraphQL;
    return { about: `new epic of ${place.id}`, data: outcome(await create(call, place, fields)) };
  },
});

export const updateEpic = gitlabTool({
  name: 'update_epic',
  title: 'Update epic',
  description: "Changes the fields that are given; '' clears one.",
  effect: 'change',
  endpoints: [...epicLookup, 'PUT /groups/:id/epics/:epic_iid'],
  input: z.strictObject({
    epic: z.string(),
    title: z.string().min(1).max(255).optional(),
    ...fields,
    add_labels: z.array(z.string()).optional(),
    remove_labels: z.array(z.string()).optional(),
    state_event: z.enum(['close', 'reopen']).optional(),
  }),
  output,
  async run({ epic, parent, ...input }, call) {
    checkQuickActions(input.description, call.quickActions);
    if (parent === undefined && Object.keys(input).length === 0)
      throw new ToolError('bad-arguments', 'No field to change is given.', 'Give at least one beside epic.');
    const found = await call.epic(epic);
    const above = parent === undefined ? {} : { parent: parent === '' ? null : await call.epic(parent) };
    const update = (await byRest(call, found.place)) ? updateByRest : updateByGraphQL;
    const data = outcome(await update(call, found, { ...input, ...above }));
    return { about: `epic ${data.reference}`, data };
  },
});

/** Without the description, which the caller knows. */
function outcome(epic: Epic) {
  const { description: _, ...rest } = concise(epic);
  return rest;
}
