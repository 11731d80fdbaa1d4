import { expect, test } from 'vitest';
import type { Thread } from './thread.js';
import { pageSize, type ReadPage, readThreads } from './walk.js';

const idOf = (number: number) => String(number).padStart(4, '0').repeat(10);

/** `count` threads, the system's at each number that `isSystem` names. */
function instance(count: number, body = 'text') {
  const threads = Array.from({ length: count }, (_, index): Thread => {
    return { discussion_id: idOf(index + 1), notes: [{ id: index + 1, author: '@ada', created_at: '', body }] };
  });
  const asked: number[] = [];
  const read: ReadPage = async (page) => {
    asked.push(page);
    const remaining = threads.length - page * pageSize;
    const items = threads.slice((page - 1) * pageSize, page * pageSize);
    return { items, ...(remaining > 0 && { next_cursor: String(page + 1), remaining }) };
  };
  return { read, asked, threads };
}

const numbers = (threads: Thread[]) => threads.map(({ notes }) => notes[0]?.id);
const all = () => true;

/** All that a reader sees who follows each cursor. */
async function everything(
  read: ReadPage,
  walk: { newestFirst: boolean; wanted(thread: Thread): boolean; limit: number },
) {
  const seen: unknown[] = [];
  let cursor: string | undefined;
  do {
    const found = await readThreads(read, { ...walk, cursor });
    seen.push(...numbers(found.threads));
    cursor = found.next_cursor;
  } while (cursor !== undefined);
  return seen;
}

test.each([
  [true, 250, 30],
  [false, 250, 30],
  [true, 200, 100],
  [false, 200, 100],
  [true, 7, 3],
  [false, 0, 3],
])('newest first %s, %i threads, %i at a time: each once, in order', async (newestFirst, count, limit) => {
  const { read } = instance(count);
  const inOrder = Array.from({ length: count }, (_, index) => index + 1);
  expect(await everything(read, { newestFirst, wanted: all, limit })).toEqual(
    newestFirst ? inOrder.reverse() : inOrder,
  );
});

test('what is not wanted is passed over, pages on', async () => {
  const { read } = instance(450);
  const wanted = ({ notes }: Thread) => Number(notes[0]?.id) % 100 === 0;
  expect(await everything(read, { newestFirst: true, wanted, limit: 2 })).toEqual([400, 300, 200, 100]);
});

test('a thread that comes in between neither repeats nor hides another', async () => {
  const { read, threads } = instance(150);
  const first = await readThreads(read, { newestFirst: true, wanted: all, cursor: undefined, limit: 20 });
  expect(numbers(first.threads).at(-1)).toBe(131);
  threads.push({ ...first.threads[0], discussion_id: idOf(151), notes: [] });
  const second = await readThreads(read, { newestFirst: true, wanted: all, cursor: first.next_cursor, limit: 2 });
  expect(numbers(second.threads)).toEqual([130, 129]);
});

test('says how many are left at most', async () => {
  const { read } = instance(250);
  const oldest = await readThreads(read, { newestFirst: false, wanted: all, cursor: undefined, limit: 20 });
  expect(oldest.atMost).toBe(230);
  const newest = await readThreads(read, { newestFirst: true, wanted: all, cursor: undefined, limit: 20 });
  expect(newest.atMost).toBe(230);
});

test('stops at what a result may hold, but always gets on', async () => {
  const { read } = instance(5, 'x'.repeat(25_000));
  expect(await everything(read, { newestFirst: false, wanted: all, limit: 20 })).toEqual([1, 2, 3, 4, 5]);
  const { threads } = await readThreads(read, { newestFirst: false, wanted: all, cursor: undefined, limit: 20 });
  expect(threads).toHaveLength(2);
});

test('one call looks through ten pages and hands on the cursor', async () => {
  const { read, asked } = instance(1500);
  const found = await readThreads(read, { newestFirst: false, wanted: () => false, cursor: undefined, limit: 1 });
  expect(found).toEqual({ threads: [], next_cursor: '11' });
  expect(asked).toHaveLength(10);
});

test('newest first is refused where GitLab does not count', async () => {
  const read: ReadPage = async () => ({ items: [], next_cursor: '2' });
  const walk = { newestFirst: true, wanted: all, cursor: undefined, limit: 1 };
  await expect(readThreads(read, walk)).rejects.toMatchObject({ code: 'too-many' });
});

test.each(['x', '0', '1-', '1-XYZ', '-1'])('refuses the cursor %s', async (cursor) => {
  const { read } = instance(1);
  const walk = { newestFirst: false, wanted: all, cursor, limit: 1 };
  await expect(readThreads(read, walk)).rejects.toMatchObject({ code: 'bad-cursor' });
});
