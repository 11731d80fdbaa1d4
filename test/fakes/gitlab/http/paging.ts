// Offset paging with GitLab's headers, and keyset paging where a list has it.
import * as z from 'zod';
import { type Params, p } from './params.js';
import { ApiError, parameterError, Reply } from './reply.js';

/** Counting more rows than these takes GitLab too long, so it leaves the totals out. */
const COUNTED = 10_000;
const MAX_OFFSET = 50_000;
const MAX_PER_PAGE = 100;

const options = z.object({ page: p.integer().default(1), per_page: p.integer().default(20) });

export interface PagingRequest {
  /** Of the request, without its query. */
  url: string;
  query: URLSearchParams;
  params: Params;
}

function readOptions({ params }: PagingRequest): { page: number; perPage: number } {
  const result = options.safeParse({
    ...(params['page'] !== undefined && { page: params['page'] }),
    ...(params['per_page'] !== undefined && { per_page: params['per_page'] }),
  });
  if (!result.success) {
    throw parameterError(result.error.issues.map(({ path }) => `${String(path[0])} is invalid`).join(', '));
  }
  const { page, per_page } = result.data;
  if (page < 1) throw parameterError('page does not have a valid value');
  if (per_page < 1) throw parameterError('per_page does not have a valid value');
  return { page, perPage: Math.min(per_page, MAX_PER_PAGE) };
}

/** One page of `rows`, each row as `present` makes it. `totals: false` leaves them out, as GitLab does for jobs. */
export function offsetPage<T>(
  request: PagingRequest,
  rows: readonly T[],
  present: (row: T) => unknown,
  { totals = true } = {},
): Reply {
  const { page, perPage } = readOptions(request);
  const start = (page - 1) * perPage;
  if (start > MAX_OFFSET) {
    throw new ApiError(405, {
      error: `Offset pagination has a maximum allowed offset of ${MAX_OFFSET} for requests that return objects of this type. Remaining records can be retrieved using keyset pagination.`,
    });
  }
  const counted = totals && rows.length <= COUNTED;
  const pages = Math.ceil(rows.length / perPage);
  const next = start + perPage < rows.length ? page + 1 : undefined;
  const link = (to: number, rel: string) =>
    `<${linkTo(request, { page: String(to), per_page: String(perPage) })}>; rel="${rel}"`;
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(next ? [link(next, 'next')] : []),
    link(1, 'first'),
    ...(counted ? [link(Math.max(pages, 1), 'last')] : []),
  ];
  return new Reply(200, rows.slice(start, start + perPage).map(present), {
    link: links.join(', '),
    'x-next-page': next ? String(next) : '',
    'x-page': String(page),
    'x-per-page': String(perPage),
    'x-prev-page': page > 1 ? String(page - 1) : '',
    ...(counted && { 'x-total': String(rows.length), 'x-total-pages': String(pages) }),
  });
}

/**
 * The first rows, with a link by which the rows after the last one of them are had: `next` says by what parameters. For
 * lists whose handler has left out already what comes before.
 */
export function firstPage<T>(
  request: PagingRequest,
  rows: readonly T[],
  present: (row: T) => unknown,
  next: (last: T) => Record<string, string>,
): Reply {
  const { perPage } = readOptions(request);
  const page = rows.slice(0, perPage);
  const last = page.at(-1);
  const headers: Record<string, string> = {};
  if (last !== undefined && rows.length > perPage) {
    headers['link'] = `<${linkTo(request, { per_page: String(perPage), ...next(last) })}>; rel="next"`;
  }
  return new Reply(200, page.map(present), headers);
}

/** One page after the `cursor` of the request; the only header is the link to the next one. */
export function keysetPage<T>(
  request: PagingRequest,
  rows: readonly T[],
  present: (row: T) => unknown,
  key: (row: T) => number | string,
): Reply {
  const cursor = request.params['cursor'];
  const after = typeof cursor === 'string' ? decodeCursor(cursor) : undefined;
  const start = after === undefined ? 0 : rows.findIndex((row) => String(key(row)) === after) + 1;
  return firstPage(request, rows.slice(start), present, (last) => ({ cursor: encodeCursor(String(key(last))) }));
}

const encodeCursor = (key: string): string => Buffer.from(JSON.stringify({ key, _kd: 'n' })).toString('base64url');

function decodeCursor(cursor: string): string {
  try {
    return (JSON.parse(Buffer.from(cursor, 'base64url').toString()) as { key: string }).key;
  } catch {
    throw parameterError('cursor is invalid');
  }
}

function linkTo({ url, query }: PagingRequest, changes: Record<string, string>): string {
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) parameters.set(name, value);
  return `${url}?${parameters}`;
}
