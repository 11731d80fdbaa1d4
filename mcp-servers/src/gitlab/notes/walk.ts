// GitLab lists threads oldest first, the system's among them, and in no other way. Here they are walked in either
// direction, and those that are wanted are gathered.
import { ToolError } from '../../kit/index.js';
import { badCursor, type Page } from '../toolkit/paging.js';
import { type Thread, threadText } from './thread.js';

export const pageSize = 100;
/** Pages that one call looks through. */
const mostPages = 10;
/** Characters of one result. */
const longest = 60_000;

/** A page of threads, oldest first, by its number from 1 on. */
export type ReadPage = (page: number) => Promise<Page<Thread>>;

export interface Walk {
  newestFirst: boolean;
  wanted(thread: Thread): boolean;
  cursor: string | undefined;
  limit: number;
}

export interface Threads {
  threads: Thread[];
  next_cursor?: string;
  /** Threads not looked at yet, where GitLab counts them. */
  atMost?: number;
}

/** Throws ToolError `bad-cursor`. */
export async function readThreads(read: ReadPage, { newestFirst, wanted, cursor, limit }: Walk): Promise<Threads> {
  const start = cursor === undefined ? { page: newestFirst ? await lastPage(read) : 1 } : parseCursor(cursor);
  const threads: Thread[] = [];
  let length = 0;
  let { page, after = '' } = start;
  for (let count = 0; count < mostPages; count += 1) {
    const { items, next_cursor, remaining } = await read(page);
    const ordered = newestFirst ? items.toReversed() : items;
    const first = after ? ordered.findIndex((thread) => anchorOf(thread) === after) + 1 : 0;
    for (const [index, thread] of ordered.entries()) {
      if (index < first || !wanted(thread)) continue;
      length += threadText(thread).length;
      if (threads.length === limit || (threads.length > 0 && length > longest)) {
        const behind = newestFirst ? (page - 1) * pageSize : next_cursor ? remaining : 0;
        return {
          threads,
          next_cursor: cursorAfter(page, ordered[index - 1]),
          ...(behind !== undefined && { atMost: behind + ordered.length - index }),
        };
      }
      threads.push(thread);
    }
    const isLast = newestFirst ? page === 1 : next_cursor === undefined;
    if (isLast) return { threads };
    page += newestFirst ? -1 : 1;
    after = '';
  }
  return { threads, next_cursor: cursorAfter(page) };
}

async function lastPage(read: ReadPage): Promise<number> {
  const { next_cursor, remaining } = await read(1);
  if (next_cursor === undefined) return 1;
  if (remaining !== undefined) return 1 + Math.ceil(remaining / pageSize);
  throw new ToolError('too-many', 'GitLab does not count so many threads.', 'Read them with order oldest.');
}

/** `3-6a9c1750b37d`: page 3, after the thread whose id begins so. New threads come last and move neither. */
function cursorAfter(page: number, thread?: Thread): string {
  return thread ? `${page}-${anchorOf(thread)}` : String(page);
}

function anchorOf({ discussion_id, notes }: Thread): string {
  return discussion_id?.slice(0, 12) ?? String(notes[0]?.id);
}

function parseCursor(cursor: string): { page: number; after?: string } {
  const [, page, after] = /^([1-9]\d{0,5})(?:-([0-9a-f]{1,16}))?$/.exec(cursor) ?? [];
  if (page !== undefined) return { page: Number(page), ...(after && { after }) };
  throw badCursor();
}
