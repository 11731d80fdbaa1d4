// Relay's connections: lists that are read page by page with cursors.
import { GraphQLError } from 'graphql';

export interface PageArguments {
  after?: string | null;
  before?: string | null;
  first?: number | null;
  last?: number | null;
}

const MAX_PAGE = 100;

/** One page of `rows`. `key` is unique among them. Throws for a cursor that is not one. */
export function connection<T>(
  rows: readonly T[],
  { after, before, first, last }: PageArguments,
  key: (row: T) => number | string,
) {
  if ((first ?? 0) < 0 || (last ?? 0) < 0) throw new GraphQLError('Argument must not be negative');
  const at = (cursor: string) => rows.findIndex((row) => String(key(row)) === decode(cursor));
  let from = after ? at(after) + 1 : 0;
  let to = before ? Math.max(at(before), 0) : rows.length;
  const size = Math.min(first ?? last ?? MAX_PAGE, MAX_PAGE);
  if (last && !first) from = Math.max(from, to - size);
  else to = Math.min(to, from + size);
  const page = rows.slice(from, to);
  const edges = page.map((row) => ({ cursor: encode(key(row)), node: row }));
  return {
    count: rows.length,
    edges,
    nodes: page,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: to < rows.length,
      hasPreviousPage: from > 0,
    },
  };
}

const encode = (key: number | string): string => Buffer.from(JSON.stringify({ id: String(key) })).toString('base64url');

function decode(cursor: string): string {
  try {
    return (JSON.parse(Buffer.from(cursor, 'base64url').toString()) as { id: string }).id;
  } catch {
    throw new GraphQLError('Please provide a valid cursor');
  }
}
