import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readChoices } from './options.js';

const nothing = { mode: undefined, answerAll: false, apply: undefined, once: false, json: false, summary: undefined };

test('without options the session and whoever is there decide', () => {
  expect(readChoices({})).toEqual({ ...nothing, limits: {} });
});

test.each([
  [{ approve: 'ask' }, { mode: 'build' }],
  [{ approve: 'plan' }, { mode: 'plan' }],
  [{ approve: 'all' }, { mode: 'auto', answerAll: true }],
  [{ mode: 'ask', approve: 'plan' }, { mode: 'ask' }],
  [
    { mode: 'plan', approve: 'all' },
    { mode: 'plan', answerAll: true },
  ],
  [
    { apply: 'none', once: true, json: true },
    { apply: 'none', once: true, json: true },
  ],
  [{ summary: 'out.md' }, { summary: resolve('out.md') }],
])('%j', (values, choices) => {
  expect(readChoices(values)).toEqual({ ...nothing, limits: {}, ...choices });
});

test('limits are numbers', () => {
  const values = { 'max-turns': '50', 'max-tokens': '1000000', 'max-minutes': '0.5', 'max-money': '2.50' };
  expect(readChoices(values).limits).toEqual({ turns: 50, tokens: 1_000_000, minutes: 0.5, money: 2.5 });
});

test.each([
  [{ mode: 'yolo' }, '--mode is "yolo", but must be one of: ask, plan, build, auto.'],
  [{ mode: 'ask', approve: 'maybe' }, '--approve is "maybe"'],
  [{ apply: 'some' }, '--apply is "some"'],
  [{ 'max-turns': '0' }, '--max-turns is "0", but must be a whole number from 1 on.'],
  [{ 'max-turns': '1e3' }, '--max-turns'],
  [{ 'max-tokens': '1.5' }, '--max-tokens'],
  [{ 'max-minutes': '-1' }, '--max-minutes is "-1", but must be a number above 0.'],
  [{ 'max-money': '0.0' }, '--max-money'],
  [{ 'max-money': 'Infinity' }, '--max-money'],
])('%j is wrong usage', (values, message) => {
  expect(() => readChoices(values)).toThrow(message);
});
