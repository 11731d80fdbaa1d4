import { describe, expect, test } from 'vitest';
import { matcherFor, UnsupportedPattern } from './index.js';

const matches = (pattern: string, line: string, ignoreCase = false) =>
  matcherFor({ pattern, regex: true, ignoreCase })(line) >= 0;

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

describe('finds the same lines as JavaScript', () => {
  test.each(patterns)('%s', (pattern) => {
    const theirs = new RegExp(pattern === '[]a]' ? '[\\]a]' : pattern);
    const folding = new RegExp(theirs.source, 'i');
    for (const line of lines) {
      expect([line, matches(pattern, line)]).toEqual([line, theirs.test(line)]);
      expect([line, matches(pattern, line, true)]).toEqual([line, folding.test(line)]);
    }
  });

  test('(?i) at the beginning ignores case', () => {
    expect(matches('(?i)error', 'ERROR')).toBe(true);
  });

  test('tells where the first match ends', () => {
    expect(matcherFor({ pattern: 'b+', regex: true })('aabbb')).toBe(3);
    expect(matcherFor({ pattern: 'bb' })('aabbb')).toBe(4);
  });
});

test.each([
  ['a backreference', '(a)\\1'],
  ['looking ahead', '(?=a)'],
  ['looking behind', '(?<!a)b'],
  ['a named group', '(?<x>a)'],
  ['an open group', '(a'],
  ['a closed group', 'a)'],
  ['an open class', '[a'],
  ['a backward range of counts', 'a{3,2}'],
  ['nothing to repeat', '*a'],
  ['a trailing backslash', 'a\\'],
  ['an unknown escape', '\\p{L}'],
  ['a class in a range', '[\\d-z]'],
  ['too many repetitions', 'a{1000}'],
  ['repetitions of repetitions', '((a{100}){100}){100}'],
  ['too deep groups', `${'('.repeat(100)}a${')'.repeat(100)}`],
  ['too long', 'a'.repeat(1000)],
])('refuses %s', (_, pattern) => {
  expect(() => matcherFor({ pattern, regex: true })).toThrow(UnsupportedPattern);
});

test.each([
  ['(a+)+b$', 'a'],
  ['(a|a)*b', 'a'],
  ['(.*)(.*)(.*)(.*)(.*)x$', 'y'],
  ['(a|b)*a(a|b){12}c', 'ab'],
  ['(\\w+\\s?)*!', 'word '],
])('%s is done with a hostile line', (pattern, unit) => {
  expect(matches(pattern, unit.repeat(200_000))).toBe(false);
});

test('forgets states that hostile text makes up, and still finds', () => {
  let seed = 1;
  const random = Array.from({ length: 200_000 }, () => {
    seed = (seed * 48271) % 2147483647;
    return seed & 64 ? 'a' : 'b';
  }).join('');
  expect(matches('a(a|b){15}c', random)).toBe(false);
  expect(matches('a(a|b){15}c', `${random}abbbbbbbbbbbbbbbc`)).toBe(true);
});
