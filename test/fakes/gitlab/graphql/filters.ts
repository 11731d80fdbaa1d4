// Which work items a list asks for, and in which order.
import { bySearch, contains } from '../services/search.js';
import { ancestors } from '../world/places.js';
import type { Label, Place } from '../world/types.js';
import type { PageArguments } from './connections.js';
import { type Item, itemId, placeOf, type Resolving, visible } from './context.js';
import { type GlobalId, numbers } from './gid.js';
import { typeOf } from './types.js';

export interface ItemFilters extends PageArguments {
  assigneeUsernames?: string[];
  authorUsername?: string;
  closedAfter?: Date;
  closedBefore?: Date;
  confidential?: boolean;
  createdAfter?: Date;
  createdBefore?: Date;
  dueAfter?: Date;
  dueBefore?: Date;
  excludeProjects?: boolean;
  ids?: GlobalId[];
  iid?: string;
  iids?: string[];
  in?: string[];
  includeAncestors?: boolean;
  includeDescendants?: boolean;
  labelName?: string[];
  milestoneTitle?: string[];
  parentIds?: GlobalId[];
  search?: string;
  sort?: string;
  state?: string;
  types?: string[];
  updatedAfter?: Date;
  updatedBefore?: Date;
}

export function listItems(on: Resolving, place: Place, filters: ItemFilters): Item[] {
  const { world } = on;
  const items: Item[] = [...(on.instance.edition === 'ee' ? world.epics : []), ...world.issues];
  const found = items.filter(
    (item) => inReach(place, placeOf(item), filters) && visible(on, item) && matches(item, filters),
  );
  return ordered(found, filters.sort ?? 'CREATED_DESC');
}

function inReach(place: Place, of: Place, filters: ItemFilters): boolean {
  if (of === place) return true;
  if (of.kind === 'project' && filters.excludeProjects) return false;
  if (place.kind === 'group' && filters.includeDescendants && ancestors(of).includes(place)) return true;
  return filters.includeAncestors === true && of.kind === 'group' && ancestors(place).includes(of);
}

function matches(item: Item, filters: ItemFilters): boolean {
  const { state, types, search, labelName, milestoneTitle, assigneeUsernames } = filters;
  const iids = filters.iids ?? (filters.iid ? [filters.iid] : undefined);
  const fields = (filters.in ?? ['TITLE', 'DESCRIPTION']).join(',').toLowerCase();
  const parent = item.kind === 'epic' ? item.parent : item.epic;
  return (
    (!state || state === 'all' || item.state === state) &&
    (!types || types.includes(typeOf(item).type)) &&
    (!iids || iids.includes(String(item.iid))) &&
    (!filters.ids || numbers(filters.ids).includes(itemId(item))) &&
    (!search || bySearch(search, fields)(item)) &&
    (!filters.authorUsername || item.author.username === filters.authorUsername) &&
    (!assigneeUsernames ||
      assigneeUsernames.every((name) => item.assignees.some(({ username }) => username === name))) &&
    (!labelName || labelName.every((name) => item.labels.some((label) => label.name === name))) &&
    (!milestoneTitle || milestoneTitle.includes(item.milestone?.title ?? '')) &&
    (filters.confidential === undefined || item.confidential === filters.confidential) &&
    (!filters.parentIds || (parent !== undefined && numbers(filters.parentIds).includes(parent.workItemId))) &&
    within(item.createdAt, filters.createdAfter, filters.createdBefore) &&
    within(item.updatedAt, filters.updatedAfter, filters.updatedBefore) &&
    within(item.closedAt, filters.closedAfter, filters.closedBefore) &&
    within(item.dueDate === null ? undefined : new Date(item.dueDate), filters.dueAfter, filters.dueBefore)
  );
}

function within(at: Date | undefined, after: Date | undefined, before: Date | undefined): boolean {
  if (!after && !before) return true;
  return at !== undefined && (!after || at >= after) && (!before || at <= before);
}

const KEYS: Record<string, (item: Item) => Date | string> = {
  CREATED: ({ createdAt }) => createdAt,
  UPDATED: ({ updatedAt }) => updatedAt,
  TITLE: ({ title }) => title.toLowerCase(),
  START_DATE: ({ startDate }) => startDate ?? '9999',
  DUE_DATE: ({ dueDate }) => dueDate ?? '9999',
  CLOSED_AT: ({ closedAt }) => closedAt ?? new Date(8.64e15),
};

function ordered(items: readonly Item[], sort: string): Item[] {
  const [, name = 'CREATED', direction] = /^(.*)_(ASC|DESC)$/.exec(sort) ?? [];
  const key = KEYS[name] ?? (({ createdAt }: Item) => createdAt);
  const sign = direction === 'ASC' ? 1 : -1;
  return [...items].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    return sign * (left < right ? -1 : left > right ? 1 : itemId(a) - itemId(b));
  });
}

export interface LabelFilters extends PageArguments {
  includeAncestorGroups?: boolean;
  includeDescendantGroups?: boolean;
  searchIn?: string[];
  searchTerm?: string;
  title?: string;
}

/** By title. A project has its own labels and, when asked, those of its groups. */
export function listLabels({ world }: Resolving, place: Place, filters: LabelFilters): Label[] {
  const { title, searchTerm, searchIn = [] } = filters;
  const fits = ({ owner, ...label }: Label) =>
    (owner === place ||
      (filters.includeAncestorGroups && owner.kind === 'group' && ancestors(place).includes(owner)) ||
      (filters.includeDescendantGroups && place.kind === 'group' && ancestors(owner).includes(place))) &&
    (title === undefined || label.name === title) &&
    (searchTerm === undefined ||
      contains(
        searchTerm,
        searchIn.includes('TITLE') ? label.name : null,
        searchIn.includes('DESCRIPTION') ? label.description : null,
      ));
  return world.labels.filter(fits).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id));
}
