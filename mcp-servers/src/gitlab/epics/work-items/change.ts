// Epics as work items, by GraphQL: creating and changing.
import * as z from 'zod';
import type { Place } from '../../client/endpoint.js';
import { GitLabError } from '../../client/errors.js';
import type { Call, Operation } from '../../toolkit/call.js';
import { graphqlError } from '../../toolkit/graphql.js';
import type { Located } from '../../toolkit/places.js';
import type { Epic, EpicChanges, NewEpic } from '../epic.js';
import { ensureLabels, labelIds } from './labels.js';
import { pathOf } from './path.js';
import { epicTypeId } from './types.js';
import { epicFields, epicView } from './view.js';
import { type Asker, workItemId } from './work-items.js';

const create = `mutation createEpic($input: WorkItemCreateInput!, $detailed: Boolean!) {
  change: workItemCreate(input: $input) { errors workItem { ...epicFields } }
}
${epicFields}`;

const update = `mutation updateEpic($input: WorkItemUpdateInput!, $detailed: Boolean!) {
  change: workItemUpdate(input: $input) { errors workItem { ...epicFields } }
}
${epicFields}`;

const setParent = `mutation setParent($input: WorkItemUpdateInput!) {
  change: workItemUpdate(input: $input) { errors workItem { id } }
}`;

export async function createEpic(call: Asker, group: Place, { labels, ...fields }: NewEpic): Promise<Epic> {
  const input = {
    namespacePath: await pathOf(call, group),
    workItemTypeId: await epicTypeId(call, group),
    ...(await inputOf(call, fields)),
    ...(labels?.length && { labelsWidget: { labelIds: await ensureLabels(call, group, labels) } }),
  };
  const operation = { query: create, variables: { input, detailed: true }, place: group, object: 'epics' };
  return mutate(call, operation, epicView);
}

export async function updateEpic(
  call: Asker,
  epic: Located,
  { add_labels, remove_labels, state_event, ...fields }: EpicChanges,
): Promise<Epic> {
  const { place } = epic;
  const id = await workItemId(call, epic);
  const changes = await inputOf(call, fields);
  const addLabelIds = await ensureLabels(call, place, add_labels);
  const removeLabelIds = await labelIds(call, place, remove_labels);
  const input = {
    id,
    ...changes,
    ...(state_event && { stateEvent: state_event.toUpperCase() }),
    ...((add_labels || remove_labels) && { labelsWidget: { addLabelIds, removeLabelIds } }),
  };
  const operation = { query: update, variables: { input, detailed: true }, place, object: `epics/${epic.iid}` };
  return mutate(call, operation, epicView);
}

/** Puts an issue, of which `id` is the number on the instance, into an epic or, with null, out of its epic. */
export async function setEpicOfIssue(
  call: Call<'POST /graphql'>,
  { place, iid }: Located,
  id: number,
  parentId: string | null,
): Promise<void> {
  const input = { id: `gid://gitlab/WorkItem/${id}`, hierarchyWidget: { parentId } };
  const operation = { query: setParent, variables: { input }, place, object: `issues/${iid}` };
  await mutate(call, operation, z.object({ id: z.string() }));
}

async function inputOf(call: Asker, { description, start_date, due_date, parent, ...fields }: EpicChanges) {
  const dates = {
    ...(start_date !== undefined && { startDate: start_date || null }),
    ...(due_date !== undefined && { dueDate: due_date || null }),
  };
  return {
    ...fields,
    ...(description !== undefined && { descriptionWidget: { description } }),
    ...(Object.keys(dates).length > 0 && { startAndDueDateWidget: { isFixed: true, ...dates } }),
    ...(parent !== undefined && { hierarchyWidget: { parentId: parent && (await workItemId(call, parent)) } }),
  };
}

/** Throws GitLabError `forbidden` or `invalid`. */
async function mutate<T>(call: Call<'POST /graphql'>, operation: Operation, schema: z.ZodType<T>): Promise<T> {
  const answer = z.object({
    change: z.object({ errors: z.array(z.string()), workItem: schema.nullable() }).nullable(),
  });
  const { change } = await call.graphql(operation, answer).catch(forbiddenRather);
  if (change?.errors.length) throw graphqlError(change.errors);
  if (change?.workItem) return change.workItem;
  throw forbidden();
}

/** What was there to be read and cannot be found for changing, one may not change; GraphQL does not say which. */
function forbiddenRather(error: unknown): never {
  throw error instanceof GitLabError && error.code === 'not-found' ? forbidden() : error;
}

function forbidden(): GitLabError {
  const message = "GitLab refuses the change: the token's user lacks the role for it.";
  return new GitLabError(403, 'forbidden', message, 'Do without it, or tell the user.');
}
