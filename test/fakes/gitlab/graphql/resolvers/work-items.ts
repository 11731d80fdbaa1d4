// `WorkItem` and its type.
import { epicUrl } from '../../entities/epic.js';
import { issueUrl } from '../../entities/issue-basic.js';
import { levelOf } from '../../world/access.js';
import { pathOf } from '../../world/places.js';
import { access } from '../../world/types.js';
import { type Item, itemId, mayChange, notesOf, placeOf, type Resolving } from '../context.js';
import { gid } from '../gid.js';
import { escaped } from '../html.js';
import { typeOf, type WorkItemType } from '../types.js';

export const workItems = {
  WorkItem: {
    id: (item: Item) => gid('WorkItem', itemId(item)),
    name: ({ title }: Item) => title,
    titleHtml: ({ title }: Item) => escaped(title),
    descriptionHtml: ({ description }: Item) => escaped(description ?? ''),
    state: ({ state }: Item) => (state === 'opened' ? 'OPEN' : 'CLOSED'),
    archived: (item: Item) => item.kind === 'issue' && item.project.archived,
    namespace: placeOf,
    project: (item: Item) => (item.kind === 'issue' ? item.project : null),

    reference(item: Item, { full }: { full: boolean }) {
      const short = `${item.kind === 'epic' ? '&' : '#'}${item.iid}`;
      return full ? pathOf(placeOf(item)) + short : short;
    },

    userDiscussionsCount: (item: Item, _: unknown, on: Resolving) =>
      new Set(notesOf(on, item).flatMap(({ system, discussion }) => (system ? [] : [discussion]))).size,

    userPermissions(item: Item, _: unknown, on: Resolving) {
      const update = mayChange(on, item);
      const setWorkItemMetadata = levelOf(on.world, on.user, placeOf(item)) >= access.planner;
      const createNote = on.user !== undefined;
      return { readWorkItem: true, adminWorkItem: update, updateWorkItem: update, setWorkItemMetadata, createNote };
    },

    webUrl: (item: Item, _: unknown, { world }: Resolving) =>
      item.kind === 'epic' ? epicUrl(world, item) : issueUrl(world, item),

    workItemType: typeOf,

    widgets(item: Item, { onlyTypes, exceptTypes = [] }: { onlyTypes?: string[]; exceptTypes?: string[] }) {
      return typeOf(item)
        .widgets.filter((type) => (!onlyTypes || onlyTypes.includes(type)) && !exceptTypes.includes(type))
        .map((type) => ({ __typename: `WorkItemWidget${pascal(type)}`, type, item }));
    },
  },

  WorkItemType: {
    id: ({ id }: WorkItemType) => gid('WorkItems::Type', id),
    iconName: ({ type }: WorkItemType) => `work-item-${type.toLowerCase().replace('_', '-')}`,
    widgetDefinitions: ({ widgets }: WorkItemType) =>
      widgets.map((type) => ({ __typename: 'WorkItemWidgetDefinitionGeneric', type })),
  },
};

/** `START_AND_DUE_DATE` as in `WorkItemWidgetStartAndDueDate`. */
const pascal = (type: string): string =>
  type.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
