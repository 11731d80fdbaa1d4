// What is in an epic, by GraphQL: issues and epics come in one list, in the order that people gave them.
import * as z from 'zod';
import { badCursor, type Page, type Paging } from '../../toolkit/paging.js';
import type { Located } from '../../toolkit/places.js';
import type { EpicItem } from '../epic.js';
import { itemFields, itemView } from './view.js';
import { type Asker, askAbout, oneEpic } from './work-items.js';

const hierarchy = (node: string) => `widgets(onlyTypes: [HIERARCHY]) {
  ... on WorkItemWidgetHierarchy {
    children(first: 100, after: $after) { pageInfo { hasNextPage endCursor } edges { cursor node { ${node} } } }
  }
}`;
const query = `${oneEpic('epicItems', hierarchy('...itemFields'), ', $after: String')}\n${itemFields}`;

const childPage = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
  edges: z.array(z.object({ cursor: z.string(), node: itemView })),
});
type ChildPage = z.output<typeof childPage>;
const answer = z.object({ widgets: z.array(z.object({ children: childPage.nullish() })) });

/** Throws GitLabError `not-found`, ToolError `bad-cursor`. */
export async function listItems(
  call: Asker,
  epic: Located,
  kind: 'issues' | 'epics',
  { cursor, limit }: Paging,
): Promise<Page<EpicItem>> {
  if (cursor !== undefined && !/^[\w+/=-]{1,1000}$/.test(cursor)) throw badCursor();
  const items: EpicItem[] = [];
  let last: string | undefined;
  for await (const child of children(call, epic, cursor)) {
    if (child.node.isEpic !== (kind === 'epics')) continue;
    if (items.length === limit && last !== undefined) return { items, next_cursor: last };
    items.push(child.node.shown);
    last = child.cursor;
  }
  return { items };
}

export async function countItems(call: Asker, epic: Located): Promise<{ issues: number; child_epics: number }> {
  const counts = { issues: 0, child_epics: 0 };
  for await (const { node } of children(call, epic)) counts[node.isEpic ? 'child_epics' : 'issues'] += 1;
  return counts;
}

/** Page after page, as far as they are wanted. */
async function* children(call: Asker, epic: Located, from?: string) {
  let after: string | null | undefined = from;
  do {
    const page: ChildPage | undefined = await readPage(call, epic, after);
    yield* page?.edges ?? [];
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined;
  } while (after);
}

async function readPage(call: Asker, epic: Located, after: string | null | undefined): Promise<ChildPage | undefined> {
  const { widgets } = await askAbout(call, epic, { query, variables: { after } }, answer);
  return widgets.find((widget) => widget.children)?.children ?? undefined;
}
