import { expect, test } from 'vitest';
import { linesFrom } from './lines-from.js';

const text = 'one\ntwo\nthree\nfour\n';

test('gives whole lines that fit, and where to go on', () => {
  expect(linesFrom(text, 1, 9)).toEqual({ text: 'one\ntwo', next: 3, more: 2 });
  expect(linesFrom(text, 3, 9)).toEqual({ text: 'three', next: 4, more: 1 });
  expect(linesFrom(text, 4, 9)).toEqual({ text: 'four', more: 0 });
});

test('cuts a line that is longer than everything that fits, says so, and gets on', () => {
  expect(linesFrom('0123456789\nend\n', 1, 5)).toEqual({ text: '01234\n[5 more characters]', next: 2, more: 1 });
});

test('has nothing after the end', () => {
  expect(linesFrom(text, 9, 100)).toEqual({ text: '', more: 0 });
});
