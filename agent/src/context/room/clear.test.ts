import { expect, test } from 'vitest';
import { answer, newSession, result, userSays } from '../testing.js';
import { clearable } from './clear.js';

const long = 'x'.repeat(4_000); // 1,000 tokens

/** A conversation with one call an answer. */
function conversation(calls: readonly (readonly [tool: string, text: string])[]) {
  const session = newSession([userSays('Go.')]);
  for (const [i, [tool, text]] of calls.entries()) {
    session.record(answer('', { [`call_${i}`]: { tool } }));
    session.record(result(`call_${i}`, tool, text));
  }
  return session.conversation;
}

const reads = (count: number) => Array.from({ length: count }, () => ['files__read_file', long] as const);

test('the oldest go first, no more than are wanted', () => {
  expect(clearable(conversation(reads(20)), 2_500, 6)).toEqual({ ids: ['call_0', 'call_1', 'call_2'], freed: 3_000 });
});

test('those of the last answers stay', () => {
  expect(clearable(conversation(reads(8)), Number.POSITIVE_INFINITY, 6).ids).toEqual(['call_0', 'call_1']);
  expect(clearable(conversation(reads(5)), Number.POSITIVE_INFINITY, 6).ids).toEqual([]);
});

test('small ones, plans, skills and definitions stay', () => {
  const calls = [
    ['files__glob', 'short'],
    ['update_plan', long],
    ['load_skill', long],
    ['find_tools', long],
    ['files__grep', long],
  ] as const;
  expect(clearable(conversation([...calls, ...reads(6)]), 9_999, 6).ids).toEqual(['call_4']);
});

test('what was cleared is not cleared again', () => {
  const session = newSession([
    userSays('Go.'),
    answer('', { a: { tool: 'files__grep' } }),
    result('a', 'files__grep', long),
  ]);
  session.record({ kind: 'cleared', ids: ['a'] });
  expect(clearable(session.conversation, 9_999, 0).ids).toEqual([]);
});
