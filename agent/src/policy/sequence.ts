// One matcher for letters of a word, words of a command and folders of a path. It keeps a set of positions instead of
// trying one way after the other, so that no pattern, however hostile, takes long.

export interface Elements<Pattern, Item> {
  /** Whether a pattern's element stands for any number of items. */
  isMany(element: Pattern): boolean;
  fits(element: Pattern, item: Item): boolean;
  /** Whether an item stands for any number of items that are not known; without it every item is known. */
  isAnything?(item: Item): boolean;
}

/** How far into `pattern` one can be after all of `items`: `pattern.length` means a match, no position means that no match can follow. */
export function positionsAfter<Pattern, Item>(
  pattern: readonly Pattern[],
  items: readonly Item[],
  { isMany, fits, isAnything = () => false }: Elements<Pattern, Item>,
): Set<number> {
  let positions = new Set<number>();
  const reach = (into: Set<number>, from: number) => {
    for (let at = from; !into.has(at); at++) {
      into.add(at);
      const element = pattern[at];
      if (element === undefined || !isMany(element)) return;
    }
  };
  reach(positions, 0);
  for (const item of items) {
    const next = new Set<number>();
    for (const at of positions) {
      if (isAnything(item)) for (let later = at; later <= pattern.length; later++) next.add(later);
      const element = pattern[at];
      if (element === undefined) continue;
      if (isMany(element)) reach(next, at);
      else if (fits(element, item)) reach(next, at + 1);
    }
    positions = next;
    if (positions.size === 0) break;
  }
  return positions;
}

export function matchesAll<Pattern, Item>(
  pattern: readonly Pattern[],
  items: readonly Item[],
  elements: Elements<Pattern, Item>,
): boolean {
  return positionsAfter(pattern, items, elements).has(pattern.length);
}
