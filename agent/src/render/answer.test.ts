import { expect, test } from 'vitest';
import { readAnswer } from './answer.js';

const all = ['yes', 'no', 'always', 'never', 'edit'] as const;

test.each([
  ['y', 'yes'],
  ['Yes ', 'yes'],
  ['n', 'no'],
  ['', 'no'],
  [undefined, 'no'],
  ['a', 'always'],
  ['ALWAYS', 'always'],
  ['d', 'never'],
  ["don't", 'never'],
  ['e', 'edit'],
])('%j is taken as %s', (line, kind) => {
  expect(readAnswer(line, all)).toEqual({ kind });
});

test.each(['yes but only the tests', 'nothing of this', 'always test first'])('%j is said to the model', (text) => {
  expect(readAnswer(` ${text} `, all)).toEqual({ kind: 'words', text });
});

test('what is not offered is no answer of its own', () => {
  expect(readAnswer('a', ['yes', 'no'])).toEqual({ kind: 'words', text: 'a' });
});
