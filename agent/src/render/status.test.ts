import { expect, test } from 'vitest';
import { price, statusLine } from './status.js';

const spent = {
  turns: 4,
  input: 1_000,
  output: 1_200,
  cacheRead: 8_000,
  cacheWrite: 1_000,
  cost: 0.123,
  context: 12_000,
  hitRate: 0.8,
};

test('all that a turn took stands on one line', () => {
  expect(statusLine(spent, { window: 200_000, seconds: 34.4 })).toBe(
    '4 turns · 10.0k tokens in (80% cached) · 1.2k out · $0.12 · context 6% · 34 s',
  );
});

test('what is not known is said or left out', () => {
  expect(statusLine({ ...spent, turns: 1, cost: null }, { window: undefined, seconds: 61 })).toBe(
    '1 turn · 10.0k tokens in (80% cached) · 1.2k out · price unknown · 1 min 1 s',
  );
});

test.each([
  [0, '$0.00'],
  [0.0001, '<$0.01'],
  [1.005, '$1.00'],
  [12.3, '$12.30'],
])('%d dollars are %s', (cost, text) => {
  expect(price(cost)).toBe(text);
});
