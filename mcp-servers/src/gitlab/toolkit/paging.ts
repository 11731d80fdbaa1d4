// Long lists, a page at a time: the cursor that a model hands back, and GitLab's two ways of paging under it.
import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Query } from '../client/endpoint.js';

export interface Paging {
  cursor?: string | undefined;
  limit: number;
  /** Where GitLab offers keyset paging, which has no end at 50,000 rows: what it sorts by. */
  keyset?: { order_by: string; sort: 'asc' | 'desc' };
}

export interface Page<Item> {
  items: Item[];
  /** Absent on the last page. */
  next_cursor?: string;
  /** Items after this page, where GitLab counts them (it does not above 10,000). */
  remaining?: number;
}

/** Input of every paged tool. */
export const pagingInput = {
  cursor: z.string().optional(),
  limit: z.int().min(1).max(100).default(20),
};

/** Output of every paged tool: `name` holds the items, each with at least `fields`. */
export function listOutput(name: string, fields: z.ZodRawShape) {
  return z.looseObject({
    [name]: z.array(z.looseObject(fields)),
    next_cursor: z.string().optional(),
    remaining: z.int().optional(),
  });
}

/** What a keyset link may carry on; nothing else of it is believed. */
const keysetParams = ['cursor', 'id_after', 'id_before', 'page_token', 'page'] as const;
const cursorSchema = z.partialRecord(z.enum(keysetParams), z.string());

export function cursorQuery({ cursor, limit, keyset }: Paging): Query {
  const size = { per_page: limit, ...(keyset && { pagination: 'keyset', ...keyset }) };
  if (cursor === undefined) return size;
  if (/^\d{1,6}$/.test(cursor)) return { ...size, page: Number(cursor) };
  try {
    return { ...size, ...cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))) };
  } catch {
    throw badCursor();
  }
}

export function badCursor(): ToolError {
  return new ToolError(
    'bad-cursor',
    'The cursor is not one that this tool gave.',
    'Use next_cursor of the last page as it is, or start without.',
  );
}

/** How to go on, as a note for results whose text is not their data; empty on the last page. */
export function readOn({ next_cursor, remaining }: Pick<Page<unknown>, 'next_cursor' | 'remaining'>): string {
  if (next_cursor === undefined) return '';
  return `There is more${remaining === undefined ? '' : ` (${remaining})`}: cursor ${next_cursor}.`;
}

/** A page of what GitLab hands out whole; the cursor is where the page begins. Throws ToolError `bad-cursor`. */
export function pageWithin<Item>(all: readonly Item[], { cursor = '0', limit }: Omit<Paging, 'keyset'>): Page<Item> {
  if (!/^\d{1,9}$/.test(cursor)) throw badCursor();
  const start = Number(cursor);
  const end = start + limit;
  const items = all.slice(start, end);
  return end < all.length ? { items, next_cursor: String(end), remaining: all.length - end } : { items };
}

/** GitLab's headers tell the next page and, mostly, how many items there are. */
export function pageOf<Item>(items: Item[], headers: IncomingHttpHeaders, limit: number): Page<Item> {
  const total = count(headers, 'x-total');
  const page = count(headers, 'x-page') ?? 1;
  const next_cursor = count(headers, 'x-next-page')?.toString() ?? keysetCursor(headerText(headers, 'link'));
  return {
    items,
    ...(next_cursor && { next_cursor }),
    ...(next_cursor && total !== undefined && { remaining: Math.max(0, total - page * limit) }),
  };
}

/** Told to the model outside of the fence, so nothing but a number is believed. */
function count(headers: IncomingHttpHeaders, name: string): number | undefined {
  const text = headerText(headers, name);
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

function keysetCursor(link: string): string {
  const next = /<([^<>]+)>;\s*rel="next"/.exec(link)?.[1];
  if (next === undefined || !URL.canParse(next)) return '';
  const { searchParams } = new URL(next);
  const kept = keysetParams.flatMap((name) => (searchParams.has(name) ? [[name, searchParams.get(name)]] : []));
  return kept.length > 0 ? Buffer.from(JSON.stringify(Object.fromEntries(kept))).toString('base64url') : '';
}

function headerText(headers: IncomingHttpHeaders, name: string): string {
  return String(headers[name] ?? '');
}
