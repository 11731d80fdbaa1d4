// What is above and below a work item, as far as the user may see it.
import type { Epic } from '../world/types.js';
import { connection, type PageArguments } from './connections.js';
import { type Item, itemId, type Resolving, visible } from './context.js';

export function parentOf(on: Resolving, item: Item): Epic | undefined {
  const parent = item.kind === 'epic' ? item.parent : item.epic;
  return parent && visible(on, parent) ? parent : undefined;
}

export function childrenOf(on: Resolving, item: Item): Item[] {
  const { epics, issues } = on.world;
  const children: Item[] = [
    ...epics.filter(({ parent }) => parent === item),
    ...issues.filter(({ epic }) => epic === item),
  ];
  return children.filter((child) => visible(on, child));
}

/** Outermost first. */
export function ancestorsOf(on: Resolving, item: Item): Item[] {
  const parent = parentOf(on, item);
  return parent ? [...ancestorsOf(on, parent), parent] : [];
}

export const descendantsOf = (on: Resolving, item: Item): Item[] =>
  childrenOf(on, item).flatMap((child) => [child, ...descendantsOf(on, child)]);

export const itemConnection = (items: readonly Item[], page: PageArguments) => connection(items, page, itemId);
