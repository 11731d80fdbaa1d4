import { describe, expect, test } from 'vitest';
import { matcherFor } from './pattern.js';

const find = async (pattern: string, line: string, ignoreCase = false) =>
  (await matcherFor({ pattern, regex: true, ignoreCase }))(line);
const matches = async (...given: Parameters<typeof find>) => (await find(...given)) >= 0;

const patterns = [
  'abc',
  'a.c',
  '^a',
  'c$',
  '^$',
  '^abc$',
  'a|b',
  '(?:a|bc)+d',
  'a*',
  'a+b',
  'ab?c',
  'a{2}',
  'a{2,}',
  'a{1,3}b',
  'a+?b',
  '[abc]d',
  '[^abc]',
  '[a-c1-3]+',
  '[]a]',
  '[a-]',
  '\\d+ failed',
  '\\w+\\s\\w+',
  '\\bfoo\\b',
  '\\Boo',
  '\\.ts',
  '\\[x\\]',
  '[\\d.]+ms',
  '[\\]x]',
  'x{',
  'a{,3}',
  '(a|)b',
  '(a*)*b',
  '(a+)+$',
  'error TS\\d{4}: ',
  '\\$ \\(',
  '^\\s*\\^',
  'a\\/b',
  '(?:)',
];
const lines = [
  '',
  'a',
  'abc',
  'aXc',
  'aab',
  'aaab',
  'bcbcd',
  'foo',
  'a foo b',
  'food',
  '12 failed',
  'no fail',
  'x.ts',
  'x{',
  'a{,3}',
  '[x]',
  ']',
  '-',
  'd',
  'cd',
  '1.5ms',
  'error TS2345: no',
  '$ (x',
  '   ^',
  'a/b',
  'Ünï cödé',
  'ABC',
];

describe('finds the same places as JavaScript', () => {
  test.each(patterns)('%s', async (pattern) => {
    const theirs = new RegExp(pattern === '[]a]' ? '[\\]a]' : pattern);
    const folding = new RegExp(theirs.source, 'i');
    for (const line of lines) {
      expect([line, await find(pattern, line)]).toEqual([line, line.search(theirs)]);
      expect([line, await find(pattern, line, true)]).toEqual([line, line.search(folding)]);
    }
  });

  test('(?i) at the beginning ignores case', async () => {
    expect(await matches('(?i)error', 'ERROR')).toBe(true);
  });

  test('fixed text has no special characters, and case matters unless it is said not to', async () => {
    expect((await matcherFor({ pattern: 'a.b' }))('axb a.b')).toBe(4);
    expect((await matcherFor({ pattern: 'A.B' }))('axb a.b')).toBe(-1);
    expect((await matcherFor({ pattern: 'A.B', ignoreCase: true }))('axb a.b')).toBe(4);
  });
});

test.each([
  ['a backreference', '(a)\\1'],
  ['looking ahead', '(?=a)'],
  ['looking behind', '(?<!a)b'],
  ['an open group', '(a'],
  ['a closed group', 'a)'],
  ['an open class', '[a'],
  ['a backward range of counts', 'a{3,2}'],
  ['nothing to repeat', '*a'],
  ['a trailing backslash', 'a\\'],
  ['an unknown escape', '\\y'],
  ['too many repetitions', 'a{1001}'],
  ['a large automaton', '(a|b){500}'],
  ['repetitions of repetitions', '((a{100}){100}){100}'],
  ['too long', 'a'.repeat(1000)],
])('refuses %s', async (_, pattern) => {
  await expect(matcherFor({ pattern, regex: true })).rejects.toMatchObject({
    code: 'bad-pattern',
    remedy: expect.stringContaining('fixed text'),
  });
});

test.each([
  ['(a+)+b$', 'a'],
  ['(a|a)*b', 'a'],
  ['(.*)(.*)(.*)(.*)(.*)x$', 'y'],
  ['(a|b)*a(a|b){12}c', 'ab'],
  ['(\\w+\\s?)*!', 'word '],
])('%s is done with a hostile line', async (pattern, unit) => {
  expect(await matches(pattern, unit.repeat(200_000))).toBe(false);
});

test('a pattern with ever new states is done with a hostile line, and still finds', async () => {
  let seed = 1;
  const random = Array.from({ length: 19_000 }, () => {
    seed = (seed * 48271) % 2147483647;
    return seed & 64 ? 'a' : 'b';
  }).join('');
  expect(await matches('a(a|b){15}c', `${random}d`)).toBe(false);
  expect(await find('a(a|b){15}c', `${random}dabbbbbbbbbbbbbbbc`)).toBe(19_001);
});
