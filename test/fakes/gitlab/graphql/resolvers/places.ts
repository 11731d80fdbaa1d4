// `Namespace`, `Group` and `Project`: where work items are.
import { fullName } from '../../entities/namespace.js';
import { maySee } from '../../world/access.js';
import { pathOf } from '../../world/places.js';
import type { Place, Project } from '../../world/types.js';
import { connection, type PageArguments } from '../connections.js';
import { itemId, type Resolving } from '../context.js';
import { type ItemFilters, type LabelFilters, listItems, listLabels } from '../filters.js';
import { gid } from '../gid.js';
import { typesOf } from '../types.js';

const place = {
  id: (one: Place) => gid(one.kind === 'group' ? 'Group' : 'Project', one.id),
  fullPath: (one: Place) => pathOf(one),
  fullName: (one: Place) => (one.kind === 'group' ? fullName(one) : `${fullName(one.namespace)} / ${one.name}`),
  webUrl: (one: Place, _: unknown, { world }: Resolving) =>
    `${world.url}/${one.kind === 'group' ? 'groups/' : ''}${pathOf(one)}`,

  workItem: (one: Place, { iid }: { iid: string }, on: Resolving) => listItems(on, one, { iid })[0] ?? null,

  workItems: (one: Place, args: ItemFilters, on: Resolving) => connection(listItems(on, one, args), args, itemId),

  workItemTypes(one: Place, { name, ...page }: { name?: string } & PageArguments, { instance }: Resolving) {
    const found = typesOf(one.kind, instance.edition).filter(({ type }) => !name || type === name);
    return connection(found, page, ({ id }) => id);
  },

  label: (one: Place, { title }: { title: string }, on: Resolving) =>
    listLabels(on, one, { title, includeAncestorGroups: true })[0] ?? null,

  labels: (one: Place, args: LabelFilters, on: Resolving) =>
    connection(listLabels(on, one, args), args, ({ id }) => id),
};

const groupOf = ({ namespace }: Project, _: unknown, { world, user }: Resolving) =>
  namespace.kind === 'group' && maySee(world, user, namespace) ? namespace : null;

export const places = {
  Namespace: place,
  Group: place,
  Project: { ...place, namespace: groupOf, group: groupOf },
};
