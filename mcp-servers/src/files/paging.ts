// Long results, a page at a time.
import * as z from 'zod';
import { ToolError } from '../kit/index.js';

/** Input of every paged tool. */
export const offset = z.int().min(0).default(0).describe('Results to skip, to read on');

/** Output of every paged tool. */
export const nextOffset = z.int().nullable();

interface PageOf<Item> {
  items: Item[];
  /** The offset of the page after this one; null on the last. */
  next: number | null;
  /** What to append to the text: how to read on, or nothing. */
  note: string;
}

/** The page of `all` that begins at `offset`. Throws `past-end`. */
export function paged<Item>(all: readonly Item[], offset: number, size: number): PageOf<Item> {
  if (offset > 0 && offset >= all.length) throw pastEnd(offset, all.length);
  const end = Math.min(all.length, offset + size);
  const next = end < all.length ? end : null;
  return { items: all.slice(offset, end), next, note: readOn(`${offset + 1}-${end} of ${all.length}`, next) };
}

/** The line that tells a model how to read on; empty on the last page. */
export function readOn(range: string, next: number | null): string {
  return next === null ? '' : `\n\n[${range}. Read on with offset: ${next}.]`;
}

export function pastEnd(offset: number, total: number): ToolError {
  return new ToolError(
    'past-end',
    `There are ${total} results; offset ${offset} is past them.`,
    'Use a smaller offset.',
  );
}
