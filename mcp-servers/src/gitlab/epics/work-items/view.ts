// What is asked of a work item, and how it reads as an epic or as something in one.
import * as z from 'zod';
import { onlyIfSo, person, text } from '../../toolkit/fields.js';
import type { Epic, EpicItem } from '../epic.js';

/** `$detailed` has to be a variable of the operation. */
export const epicFields = `fragment epicFields on WorkItem {
  iid title state confidential updatedAt createdAt closedAt webUrl
  description @include(if: $detailed)
  author { username }
  namespace { fullPath }
  widgets(onlyTypes: [LABELS, START_AND_DUE_DATE, HIERARCHY]) {
    ... on WorkItemWidgetLabels { labels(first: 100) { nodes { title } } }
    ... on WorkItemWidgetStartAndDueDate { startDate dueDate }
    ... on WorkItemWidgetHierarchy @include(if: $detailed) { parent { iid namespace { fullPath } } }
  }
}`;

export const itemFields = `fragment itemFields on WorkItem {
  iid title state confidential webUrl
  workItemType { name }
  namespace { fullPath }
  widgets(onlyTypes: [ASSIGNEES, LABELS, START_AND_DUE_DATE]) {
    ... on WorkItemWidgetAssignees { assignees(first: 20) { nodes { username } } }
    ... on WorkItemWidgetLabels { labels(first: 100) { nodes { title } } }
    ... on WorkItemWidgetStartAndDueDate { dueDate }
  }
}`;

const placed = z.object({ iid: z.coerce.number(), namespace: z.object({ fullPath: z.string() }) });

const widgets = z
  .array(
    z.object({
      labels: z.object({ nodes: z.array(z.object({ title: z.string() })) }).nullish(),
      assignees: z.object({ nodes: z.array(z.object({ username: z.string() })) }).nullish(),
      startDate: text,
      dueDate: text,
      parent: placed.nullish(),
    }),
  )
  .nullish()
  .transform((list) => Object.assign({}, ...(list ?? [])) as NonNullable<typeof list>[number]);

const common = placed.extend({
  title: z.string(),
  state: z.enum(['OPEN', 'CLOSED']).transform((state) => (state === 'OPEN' ? 'opened' : 'closed')),
  confidential: onlyIfSo,
  webUrl: text,
  widgets,
});
type Common = z.output<typeof common>;

export const epicView = common
  .extend({ author: person, description: text, createdAt: text, updatedAt: text, closedAt: text })
  .transform(
    (item): Epic => ({
      ...fieldsOf(item, '&'),
      author: item.author,
      start_date: item.widgets.startDate,
      confidential: item.confidential,
      updated_at: item.updatedAt,
      description: item.description,
      parent: item.widgets.parent && referenceOf(item.widgets.parent, '&'),
      created_at: item.createdAt,
      closed_at: item.closedAt,
      web_url: item.webUrl,
    }),
  );

/** GitLab's own pages tell epics by this name too. */
export const itemView = common.extend({ workItemType: z.object({ name: z.string() }) }).transform((item) => {
  const isEpic = item.workItemType.name === 'Epic';
  const shown: EpicItem = {
    ...fieldsOf(item, isEpic ? '&' : '#'),
    ...(!isEpic && { assignees: item.widgets.assignees?.nodes.map(({ username }) => `@${username}`) }),
    confidential: item.confidential,
    web_url: item.webUrl,
  };
  return { isEpic, shown };
});

function fieldsOf(item: Common, symbol: string) {
  const { iid, title, state } = item;
  const labels = item.widgets.labels?.nodes.map((label) => label.title);
  return { iid, reference: referenceOf(item, symbol), title, state, labels, due_date: item.widgets.dueDate };
}

function referenceOf({ iid, namespace }: z.output<typeof placed>, symbol: string): string {
  return `${namespace.fullPath}${symbol}${iid}`;
}
