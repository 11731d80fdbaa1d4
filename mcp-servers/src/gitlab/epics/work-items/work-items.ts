// Epics as work items, by GraphQL: reading.
import * as z from 'zod';
import type { Place } from '../../client/endpoint.js';
import { GitLabError } from '../../client/errors.js';
import type { Call } from '../../toolkit/call.js';
import { badCursor, type Page, type Paging } from '../../toolkit/paging.js';
import type { Located } from '../../toolkit/places.js';
import type { Epic, EpicFilters } from '../epic.js';
import { pathOf } from './path.js';
import { epicFields, epicView } from './view.js';

export type Asker = Call<'POST /graphql' | 'GET /groups/:id'>;

const listQuery = `query listEpics(
  $path: ID!, $search: String, $state: IssuableState, $labels: [String!], $author: String, $updatedAfter: Time,
  $descendants: Boolean, $sort: WorkItemSort, $first: Int!, $after: String, $detailed: Boolean!
) {
  namespace(fullPath: $path) {
    workItems(
      types: [EPIC], search: $search, state: $state, labelName: $labels, authorUsername: $author,
      updatedAfter: $updatedAfter, includeDescendants: $descendants, sort: $sort, first: $first, after: $after
    ) { count pageInfo { hasNextPage endCursor } nodes { ...epicFields } }
  }
}
${epicFields}`;

const listAnswer = z.object({
  namespace: z
    .object({
      workItems: z.object({
        count: z.number().nullish(),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
        nodes: z.array(epicView),
      }),
    })
    .nullable(),
});

export async function listEpics(
  call: Asker,
  group: Place,
  { author, labels, updated_after, include_descendants, order_by, sort, ...filters }: EpicFilters,
  { cursor, limit, detailed }: Paging & { detailed: boolean },
): Promise<Page<Epic>> {
  const { seen, after } = parseCursor(cursor);
  const variables = {
    ...filters,
    path: await pathOf(call, group),
    labels,
    author,
    updatedAfter: updated_after,
    descendants: include_descendants,
    sort: `${order_by.replace('_at', '')}_${sort}`.toUpperCase(),
    first: limit,
    after,
    detailed,
  };
  const { namespace } = await call.graphql({ query: listQuery, variables, place: group, object: 'epics' }, listAnswer);
  if (!namespace) throw notFound(`group ${group.id}`);
  const { count, pageInfo, nodes } = namespace.workItems;
  if (!pageInfo.hasNextPage || !pageInfo.endCursor) return { items: nodes };
  const now = seen + nodes.length;
  return { items: nodes, next_cursor: `${now}.${pageInfo.endCursor}`, ...(count && { remaining: count - now }) };
}

/** GraphQL's cursor does not tell how much lies behind it, so that goes before it. Throws ToolError `bad-cursor`. */
function parseCursor(cursor = '0.'): { seen: number; after: string | undefined } {
  const [, seen, after] = /^(\d{1,9})\.([\w+/=-]{0,1000})$/.exec(cursor) ?? [];
  if (seen === undefined) throw badCursor();
  return { seen: Number(seen), after: after || undefined };
}

/** The query around what is asked of one epic; `fields` may refer to further variables, declared in `declared`. */
export const oneEpic = (name: string, fields: string, declared = '') => `query ${name}(
  $path: ID!, $iid: String!${declared}
) {
  namespace(fullPath: $path) { workItems(iids: [$iid], types: [EPIC], first: 1) { nodes { ${fields} } } }
}`;

const getQuery = `${oneEpic('getEpic', '...epicFields', ', $detailed: Boolean!')}\n${epicFields}`;
const idQuery = oneEpic('epicId', 'id');

/** Throws GitLabError `not-found`. */
export function getEpic(call: Asker, epic: Located): Promise<Epic> {
  return askAbout(call, epic, { query: getQuery, variables: { detailed: true } }, epicView);
}

/** The global id, `gid://gitlab/WorkItem/12`. Throws GitLabError `not-found`. */
export async function workItemId(call: Asker, epic: Located): Promise<string> {
  return (await askAbout(call, epic, { query: idQuery, variables: {} }, z.object({ id: z.string() }))).id;
}

/** Throws GitLabError `not-found`. */
export async function askAbout<T>(
  call: Asker,
  { place, iid }: Located,
  { query, variables }: { query: string; variables: object },
  schema: z.ZodType<T>,
): Promise<T> {
  const answer = z.object({ namespace: z.object({ workItems: z.object({ nodes: z.array(schema) }) }).nullable() });
  const all = { ...variables, path: await pathOf(call, place), iid: String(iid) };
  const { namespace } = await call.graphql({ query, variables: all, place, object: `epics/${iid}` }, answer);
  const [found] = namespace?.workItems.nodes ?? [];
  if (found !== undefined) return found;
  throw notFound(`epic ${place.id}&${iid}`);
}

function notFound(what: string): GitLabError {
  const message = `There is no ${what}, or the token may not see it.`;
  return new GitLabError(404, 'not-found', message, 'Check the number and the group; list_epics lists them.');
}
