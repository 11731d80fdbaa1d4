import { expect, test } from 'vitest';
import { oneLine, painter, printable, short } from './text.js';

test.each([
  ['colours', '\x1b[31mred\x1b[0m', 'red'],
  ['a cleared screen', 'a\x1b[2J\x1b[Hb', 'ab'],
  ['a title', 'a\x1b]0;owned\x07b', 'ab'],
  ['a written clipboard', 'a\x1b]52;c;ZXZpbA==\x07b', 'ab'],
  ['a link', '\x1b]8;;https://evil.example\x07click\x1b]8;;\x07', 'click'],
  ['C1 controls', 'a\x9b31mb', 'ab'],
  ['backspaces', 'rm -rf /\b\b\bls', 'rm -rf /ls'],
  ['reversed text', 'a\u202eb\u2066c', 'abc'],
  ['a carriage return that overwrites', 'harmless\rrm -rf', 'harmless\nrm -rf'],
  ['half an escape at the end of a chunk', 'a\x1b', 'a'],
  ['a lone surrogate', 'a\udcff', 'a\ufffd'],
])('%s do not reach the terminal', (_, hostile, shown) => {
  expect(printable(hostile)).toBe(shown);
});

test('tabs, newlines and every language do', () => {
  const text = 'a\tb\nZürich 東京 👋🏽';
  expect(printable(text)).toBe(text);
});

test('one line is one line, and no longer than asked', () => {
  expect(oneLine(' a\n b ', 10)).toBe('a b');
  expect(oneLine('abcdef', 4)).toBe('abc…');
});

test('paints only where it is wanted', () => {
  expect(painter(true)('red', 'x')).toBe('\x1b[31mx\x1b[0m');
  expect(painter(false)('red', 'x')).toBe('x');
});

test.each([
  [999, '999'],
  [1_234, '1.2k'],
  [2_500_000, '2.5M'],
])('%i is short for %s', (count, text) => {
  expect(short(count)).toBe(text);
});
