// What a work item consists of; each widget knows its item.
import { taskCompletion } from '../../entities/issuable.js';
import type { Epic, Issue } from '../../world/types.js';
import { connection, type PageArguments } from '../connections.js';
import { type Item, notesOf, type Resolving } from '../context.js';
import { gid } from '../gid.js';
import { ancestorsOf, childrenOf, descendantsOf, itemConnection, parentOf } from '../hierarchy.js';
import { escaped } from '../html.js';
import { typeOf } from '../types.js';

interface Of<T = Item> {
  item: T;
}

type NoteArguments = { filter?: string } & PageArguments;

export const widgets = {
  WorkItemWidgetAssignees: {
    assignees: ({ item }: Of, page: PageArguments) => connection(item.assignees, page, ({ id }) => id),
  },

  WorkItemWidgetAwardEmoji: {
    upvotes: ({ item }: Of) => item.upvotes,
    downvotes: ({ item }: Of) => item.downvotes,
  },

  WorkItemWidgetColor: {
    color: ({ item }: Of<Epic>) => item.color,
    textColor: () => '#FFFFFF',
  },

  WorkItemWidgetDescription: {
    description: ({ item }: Of) => item.description,
    descriptionHtml: ({ item }: Of) => escaped(item.description ?? ''),
    taskCompletionStatus({ item }: Of) {
      const { count, completed_count: completedCount } = taskCompletion(item);
      return { count, completedCount };
    },
  },

  WorkItemWidgetHealthStatus: { healthStatus: ({ item }: Of<Epic>) => item.healthStatus },

  WorkItemWidgetHierarchy: {
    parent: ({ item }: Of, _: unknown, on: Resolving) => parentOf(on, item),
    hasParent: ({ item }: Of, _: unknown, on: Resolving) => parentOf(on, item) !== undefined,
    hasChildren: ({ item }: Of, _: unknown, on: Resolving) => childrenOf(on, item).length > 0,
    ancestors: ({ item }: Of, page: PageArguments, on: Resolving) => itemConnection(ancestorsOf(on, item), page),
    children({ item }: Of, { state, ...page }: { state?: string } & PageArguments, on: Resolving) {
      const wanted = (child: Item) => !state || state === 'all' || child.state === state;
      return itemConnection(childrenOf(on, item).filter(wanted), page);
    },
    rolledUpCountsByType: ({ item }: Of, _: unknown, on: Resolving) => rolledUp(descendantsOf(on, item)),
  },

  WorkItemWidgetLabels: {
    labels: ({ item }: Of, page: PageArguments) => connection(item.labels, page, ({ id }) => id),
  },

  WorkItemWidgetMilestone: { milestone: ({ item }: Of) => item.milestone },

  WorkItemWidgetNotes: {
    discussionLocked: ({ item }: Of) => (item.kind === 'issue' ? item.discussionLocked : null),
    notes: ({ item }: Of, { filter, ...page }: NoteArguments, on: Resolving) =>
      connection(notesOf(on, item, filter), page, ({ id }) => id),
    discussions({ item }: Of, { filter, ...page }: NoteArguments, on: Resolving) {
      const discussions = new Set(notesOf(on, item, filter).map(({ discussion }) => discussion));
      return connection([...discussions], page, ({ id }) => id);
    },
  },

  WorkItemWidgetStartAndDueDate: {
    startDate: ({ item }: Of) => item.startDate,
    dueDate: ({ item }: Of) => item.dueDate,
    isFixed: ({ item }: Of) => item.kind === 'issue' || item.startDateIsFixed || item.dueDateIsFixed,
    rollUp: ({ item }: Of) => item.kind === 'epic',
  },

  WorkItemWidgetStatus: { status: ({ item }: Of<Issue>) => (item.state === 'opened' ? TO_DO : DONE) },

  WorkItemWidgetTimeTracking: {
    timeEstimate: ({ item }: Of<Issue>) => item.timeEstimate,
    totalTimeSpent: ({ item }: Of<Issue>) => item.timeSpent,
  },

  WorkItemWidgetWeight: { weight: ({ item }: Of<Issue>) => item.weight },
};

/** The statuses that open and closed issues start with on every instance. */
const TO_DO = {
  id: gid('WorkItems::Statuses::SystemDefined::Status', 1),
  name: 'To do',
  iconName: 'status-waiting',
  color: '#737278',
  position: 0,
  category: 'TO_DO',
};
const DONE = {
  id: gid('WorkItems::Statuses::SystemDefined::Status', 3),
  name: 'Done',
  iconName: 'status-success',
  color: '#108548',
  position: 0,
  category: 'DONE',
};

function rolledUp(below: readonly Item[]) {
  return [...new Set(below.map(typeOf))].map((workItemType) => {
    const ofType = below.filter((item) => typeOf(item) === workItemType);
    const closed = ofType.filter(({ state }) => state === 'closed').length;
    return { workItemType, countsByState: { all: ofType.length, closed, opened: ofType.length - closed } };
  });
}
