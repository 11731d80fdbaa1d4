import { expect, test } from 'vitest';
import { familyOf } from './family.js';
import { costOf } from './prices.js';

const million = { input: 1e6, output: 0, cacheRead: 0, cacheWrite: 0 };

test.each([
  ['claude-sonnet-5', 'sonnet-5'],
  ['claude-sonnet-5-5', 'sonnet-5.5'],
  ['claude-opus-4-20250514', 'opus-4'],
  ['claude-opus-4-1-20250805', 'opus-4.1'],
  ['claude-3-5-haiku-latest', 'haiku-3.5'],
  ['claude-3-opus-20240229', 'opus-3'],
  ['global.anthropic.claude-sonnet-5-5', 'sonnet-5.5'],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'sonnet-4.5'],
  ['arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-opus-4-6-v1', 'opus-4.6'],
  ['claude-haiku-4-5@20251001', 'haiku-4.5'],
  ['claude-3-5-sonnet-v2@20241022', 'sonnet-3.5'],
  ['claude-opus-5@default', 'opus-5'],
])('%s is %s', (model, family) => {
  expect(familyOf(model)).toBe(family);
});

test.each(['gpt-9', 'claude', 'claude-opus', 'claude-sonnet-5-fast', 'not-claude-opus-5', 'claude-opus-12', ''])(
  '%j is none that is known, and has no price',
  (model) => {
    expect(familyOf(model)).toBeUndefined();
    expect(costOf(model, million)).toBeNull();
  },
);

test('a known name of a version that has no price yet costs an unknown sum, not nothing', () => {
  expect(costOf('claude-opus-9-9', million)).toBeNull();
});

test('each kind of token has its own price', () => {
  const cost = (usage: Partial<typeof million>) => costOf('claude-opus-5', { ...million, input: 0, ...usage });
  expect([cost({ input: 1e6 }), cost({ output: 1e6 }), cost({ cacheWrite: 1e6 }), cost({ cacheRead: 1e6 })]).toEqual([
    5, 25, 6.25, 0.5,
  ]);
  expect(costOf('claude-sonnet-5', { input: 10, output: 20, cacheRead: 1000, cacheWrite: 100 })).toBeCloseTo(
    (10 * 2 + 20 * 10 + 1000 * 0.2 + 100 * 2.5) / 1e6,
    12,
  );
});

test('a long prompt makes the whole request of Haiku 5.5 dearer, cached tokens included', () => {
  const usage = { input: 1, output: 1e6, cacheRead: 99_999, cacheWrite: 0 };
  expect(costOf('claude-haiku-5-5', usage)).toBeCloseTo(0.5, 2);
  expect(costOf('claude-haiku-5-5', { ...usage, input: 2 })).toBeCloseTo(2.5, 1);
});
