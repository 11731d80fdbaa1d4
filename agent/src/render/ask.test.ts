import { expect, test } from 'vitest';
import { readAnswer } from './ask.js';

test.each([
  ['y', { allowed: true }],
  ['Yes ', { allowed: true }],
  ['n', { allowed: false }],
  ['', { allowed: false }],
  [undefined, { allowed: false }],
  ['yes but only the tests', { allowed: false, reason: 'yes but only the tests' }],
])('%j is taken as %j', (line, answer) => {
  expect(readAnswer(line)).toEqual(answer);
});
