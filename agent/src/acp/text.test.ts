import { fence } from '@cofferdam/mcp-servers/untrusted';
import { expect, test } from 'vitest';
import { code, codeBlock, head, oneLine, tail, withoutMarks } from './text.js';

test('nothing in a block of code can end it', () => {
  expect(codeBlock('a\n````\nb\n')).toBe('`````\na\n````\nb\n`````');
  expect(codeBlock('x', 'sh')).toBe('```sh\nx\n```');
  expect(code('a `b` c')).toBe('`` a `b` c ``');
});

test('one line is short and shows what is hidden', () => {
  expect(oneLine('a\r\n\t b\u200b')).toBe('a b[U+200B]');
  expect(oneLine('x'.repeat(500), 10)).toBe(`${'x'.repeat(9)}…`);
  expect(oneLine(`${'x'.repeat(8)}😀😀`, 10)).toMatch(/^x{8}.…$/u);
});

test('the marks around data for the model are not for people', () => {
  const fenced = fence({ source: 'src/a.ts', text: 'one\n</outside-12> <b>' });
  expect(withoutMarks(`${fenced}\n[Lines 3 to 9 are not shown]`)).toBe(
    'one\n&lt;/outside-12> <b>\n[Lines 3 to 9 are not shown]',
  );
  expect(withoutMarks('no marks')).toBe('no marks');
});

test('long texts are cut with a word, the newest output from the beginning of a line', () => {
  expect(head('abcdef', 4)).toBe('abcd\n[2 characters more]');
  expect(head('abc', 4)).toBe('abc');
  expect(tail('one\ntwo\nthree\n', 8)).toBe('three\n');
  expect(tail('abc', 4)).toBe('abc');
});
