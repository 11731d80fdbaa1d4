import { expect, test } from 'vitest';
import { answer, newSession, result, userSays } from '../testing.js';
import { estimateBlocks } from './estimate.js';
import { Fill } from './fill.js';

const counted = (input: number, cacheRead: number, output: number) => ({
  ...(answer('Yes.', { call_1: { tool: 'x' } }) as Extract<ReturnType<typeof answer>, { kind: 'answer' }>),
  usage: { input, output, cacheRead, cacheWrite: 0 },
});

test("the model's own count, and an estimate of what came since", () => {
  const session = newSession([userSays('x'.repeat(4_000))]);
  const fill = new Fill(session, () => 500);
  expect(fill.tokens()).toBe(1_500);
  session.record(counted(3_000, 2_000, 100));
  expect(fill.tokens()).toBe(5_100);
  session.record(result('call_1', 'x', 'y'.repeat(400)));
  expect(fill.tokens()).toBe(5_200);
});

test('after a change of the conversation it is a guess until the next answer', () => {
  const session = newSession([userSays('x'.repeat(4_000))]);
  const fill = new Fill(session, () => 0);
  session.record(counted(90_000, 0, 0));
  session.record(result('call_1', 'x', 'y'));
  fill.changed();
  expect(fill.tokens()).toBeLessThan(1_100);
  session.record(counted(2_000, 0, 0));
  expect(fill.tokens()).toBe(2_000);
});

test('going back is such a change', () => {
  const session = newSession([userSays('One.')]);
  const fill = new Fill(session, () => 0);
  session.record(counted(90_000, 0, 0));
  session.record(result('call_1', 'x', 'y'));
  session.record({ kind: 'rewound', prompt: 1, checkpoint: null });
  expect(fill.tokens()).toBe(0);
});

test('images and other scripts count for what they cost', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(1e6) } } as const;
  expect(estimateBlocks([image])).toBe(1_600);
  expect(estimateBlocks([{ type: 'text', text: '中'.repeat(400) }])).toBe(300);
});
