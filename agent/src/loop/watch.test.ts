import { expect, test } from 'vitest';
import type { Limits } from '../policy/index.js';
import { Watch } from './watch.js';

const limits: Limits = { turns: 10, tokens: 1_000, minutes: 5 };
const usage = { input: 100, output: 10, cacheRead: 5_000, cacheWrite: 0 };
const stop = (message: RegExp) => expect.objectContaining({ reason: 'limit', message: expect.stringMatching(message) });

test('tokens that the cache held do not count', () => {
  const watch = new Watch(limits);
  for (let turn = 1; turn < 10; turn++) watch.count(usage, 0);
  expect(watch.repeats([])).toBeUndefined();
  watch.count(usage, 0);
  expect(() => watch.repeats([])).toThrow(stop(/10 turns/));
});

test('minutes are those of the clock', () => {
  let now = 1_000_000;
  const watch = new Watch(limits, () => now);
  watch.count(usage, 0);
  now += 5 * 60_000 - 1;
  expect(watch.repeats([])).toBeUndefined();
  now += 1;
  expect(() => watch.repeats([])).toThrow(stop(/5 minutes/));
});

test('money is that of the whole session', () => {
  const watch = new Watch({ ...limits, money: 2 });
  watch.count(usage, 1.99);
  expect(watch.repeats([])).toBeUndefined();
  watch.count(usage, 2);
  expect(() => watch.repeats([])).toThrow(stop(/\$2 is reached/));
});

test('where the price is not known, a limit on money cannot be kept, and that is said', () => {
  const watch = new Watch({ ...limits, money: 2 });
  watch.count(usage, null);
  expect(() => watch.repeats([])).toThrow(stop(/price of this model is not known.*Take the limit off/));
  const free = new Watch(limits);
  free.count(usage, null);
  expect(free.repeats([])).toBeUndefined();
});
