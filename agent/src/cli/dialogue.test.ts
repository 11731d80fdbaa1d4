// Turns between a person who types and an agent that is played.
import { expect, test } from 'vitest';
import { TerminalView } from '../render/index.js';
import type { AgentClient, Outcome } from './agent-client.js';
import { Dialogue } from './dialogue.js';
import type { Face } from './face.js';
import type { Review, Reviewer } from './review.js';
import { sit } from './testing.js';

const done: Outcome = { reason: 'done', message: 'Done.' };
const interrupted: Outcome = { reason: 'interrupted', message: 'Interrupted.' };

/** An agent that answers when it is told to. */
class Played {
  readonly asked: { text: string; answer(outcome: Outcome | undefined): Promise<void>; refuse(): Promise<void> }[] = [];
  cancelled = 0;

  prompt(_: string, text: string): Promise<Outcome | undefined> {
    return new Promise((resolve, reject) => {
      const settled = () => new Promise<void>((next) => setImmediate(next));
      const answer = (outcome: Outcome | undefined) => {
        resolve(outcome);
        return settled();
      };
      const refuse = () => {
        reject(Object.assign(new Error('No.'), { remedy: 'Say less.' }));
        return settled();
      };
      this.asked.push({ text, answer, refuse });
    });
  }

  goOn(id: string) {
    return this.prompt(id, '(go on)');
  }

  async cancel() {
    this.cancelled += 1;
  }

  async last(text: string) {
    await new Promise((next) => setImmediate(next));
    const last = this.asked.at(-1);
    expect(last?.text).toBe(text);
    return last as NonNullable<typeof last>;
  }
}

function talk({ once = false } = {}) {
  const { terminal, screen, type } = sit(120);
  const view = new TerminalView(terminal, { env: { NO_COLOR: '1' } });
  const agent = new Played();
  const controller = new AbortController();
  const review: Review = { changes: [], applied: [], complete: true, failed: false };
  const reviews: string[] = [];
  const reviewer = {
    review: async () => {
      reviews.push('turn');
      return { ...review };
    },
    isComplete: async () => {
      reviews.push('command');
      return false;
    },
  };
  const ending = new Dialogue({
    client: agent as unknown as AgentClient,
    session: 's',
    face: { console: terminal, view, stopAsking: () => {} } as unknown as Face,
    reviewer: reviewer as unknown as Reviewer,
    once,
    signal: controller.signal,
  }).hold({ text: 'Begin' });
  return { agent, type, screen, ending, reviews, controller };
}

test('one turn follows another until the user has had enough', async () => {
  const { agent, type, ending, reviews } = talk();
  await (await agent.last('Begin')).answer(done);
  await type('More\r');
  await (await agent.last('More')).answer(done);
  await type('\x04');
  expect(await ending).toMatchObject({ outcome: done, review: { complete: true } });
  expect(reviews).toEqual(['turn', 'turn']);
});

test('a turn lasts until all that was said in it is answered, also what came at its very end', async () => {
  const { agent, type, ending, reviews } = talk({ once: true });
  const first = await agent.last('Begin');
  await type('And a test\r');
  const second = await agent.last('And a test');
  await first.answer(done);
  expect(reviews).toEqual([]);
  await second.answer(done);
  expect(await ending).toMatchObject({ outcome: done });
  expect(reviews).toEqual(['turn']);
});

test('a command with a slash, and a message that is not taken, end no turn', async () => {
  const { agent, type, screen, ending, reviews } = talk({ once: true });
  const first = await agent.last('Begin');
  await type('/status\r');
  await (await agent.last('/status')).answer(undefined);
  await type('x\r');
  await (await agent.last('x')).refuse();
  expect([reviews, screen.lines.at(-1)]).toEqual([[], 'No. Say less.']);
  await first.answer(done);
  expect(await ending).toMatchObject({ outcome: done });
});

test('after a command it is looked at anew whether all is applied', async () => {
  const { agent, type, ending, reviews } = talk();
  await (await agent.last('Begin')).answer(done);
  await type('/rewind 1\r');
  await (await agent.last('/rewind 1')).answer(undefined);
  await type('\x04');
  expect(await ending).toMatchObject({ review: { complete: false } });
  expect(reviews).toEqual(['turn', 'command']);
});

test('Escape cancels, an empty line goes on, and nothing is reviewed before it is done', async () => {
  const { agent, type, ending, reviews } = talk();
  const first = await agent.last('Begin');
  await type('\x1b');
  await expect.poll(() => agent.cancelled).toBe(1);
  await first.answer(interrupted);
  await type('\r');
  await (await agent.last('(go on)')).answer(done);
  await type('\r');
  await type('\x04');
  expect(await ending).toMatchObject({ outcome: done });
  expect([agent.asked.length, reviews]).toEqual([2, ['turn']]);
});

test('Ctrl-C cancels and ends', async () => {
  const { agent, ending, controller, reviews } = talk();
  const first = await agent.last('Begin');
  controller.abort(new Error('out'));
  expect(agent.cancelled).toBe(1);
  await first.answer(interrupted);
  expect(await ending).toEqual({ outcome: interrupted, review: undefined });
  expect(reviews).toEqual([]);
});

test('an agent that is gone ends the talk with its error', async () => {
  const { agent, ending } = talk();
  const failed = expect(ending).rejects.toThrow('No.');
  await (await agent.last('Begin')).refuse();
  await failed;
});
