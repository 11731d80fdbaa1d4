import { expect, test } from 'vitest';
import type { Outcome } from '../loop/index.js';
import { Turn } from './turn.js';

const done: Outcome = { reason: 'done', message: 'Done.' };

function run(): { outcome: Promise<Outcome>; end(outcome?: Outcome): void; fail(error: Error): void } {
  let end: (outcome: Outcome) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const outcome = new Promise<Outcome>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { outcome, end: (outcome = done) => end(outcome), fail: (error) => fail(error) };
}

test('a message that could not be kept fails the turn, once what runs has ended', async () => {
  const turn = new Turn({ offerChanges: async () => {} });
  const [working, refused] = [run(), run()];
  const first = turn.join(working.outcome);
  refused.fail(new Error('The disk is full.'));
  const second = turn.join(refused.outcome);
  // Nobody waits for it yet, which must not end the program.
  await new Promise((resolve) => setImmediate(resolve));
  working.end();
  await expect(first).rejects.toThrow('The disk is full.');
  await expect(second).rejects.toThrow('The disk is full.');
  await turn.over();
});

test.each<[string, Outcome['reason'], boolean, number]>([
  ['changed files and is done', 'done', true, 1],
  ['only read', 'done', false, 0],
  ['failed', 'failed', true, 0],
  ['was interrupted', 'interrupted', true, 0],
])('a turn that %s asks about changes accordingly', async (_, reason, wrote, asked) => {
  let count = 0;
  const turn = new Turn({
    async offerChanges() {
      count += 1;
    },
  });
  const working = run();
  const ended = turn.join(working.outcome);
  if (wrote) turn.wrote();
  working.end({ reason, message: '' });
  expect((await ended).reason).toBe(reason);
  expect(count).toBe(asked);
});

test('a turn that was cancelled counts as interrupted, whatever came of it; the next one does not', async () => {
  const turn = new Turn({ offerChanges: async () => {} });
  const [first, second] = [run(), run()];
  const ended = turn.join(first.outcome);
  turn.cancel();
  first.end();
  expect((await ended).reason).toBe('interrupted');
  turn.cancel(); // nothing is under way
  const next = turn.join(second.outcome);
  second.end();
  expect((await next).reason).toBe('done');
});
