// What comes of an answer: whole, malformed, refused, broken off, interrupted.
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { calls, gate, type Reply, say } from '../fakes/messages-api/index.js';
import { ask, playing } from './ask.js';

test('thinking, text and parallel calls arrive whole, and are shown while they come', async () => {
  const { model } = await playing([
    {
      content: [
        { type: 'thinking', thinking: 'Where to look?', signature: 'signed' },
        { type: 'redacted_thinking', data: 'hidden' },
        { type: 'text', text: 'I look at both.' },
        { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'ä' } },
        { type: 'tool_use', id: 'toolu_2', name: 'look', input: { deep: { n: [1, 2] } } },
      ],
      chunkSize: 1,
    },
  ]);
  const { reply, text, thoughts } = await ask(model);
  expect([text, thoughts]).toEqual(['I look at both.', 'Where to look?']);
  expect(reply).toMatchObject({ stopReason: 'tool_use', refusal: null, problems: {} });
  expect(reply.content).toEqual([
    { type: 'thinking', thinking: 'Where to look?', signature: 'signed' },
    { type: 'redacted_thinking', data: 'hidden' },
    { type: 'text', text: 'I look at both.' },
    { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'ä' } },
    { type: 'tool_use', id: 'toolu_2', name: 'look', input: { deep: { n: [1, 2] } } },
  ]);
});

test('thinking whose text is withheld is kept for its signature', async () => {
  const { model } = await playing([{ content: [{ type: 'thinking', thinking: '', signature: 'signed' }] }]);
  expect((await ask(model)).reply.content).toEqual([{ type: 'thinking', thinking: '', signature: 'signed' }]);
});

test.each([
  ['{"path": ', 'tool_use', 'not valid JSON'],
  ['["a"]', 'tool_use', 'not a JSON object'],
  ['{"path": ', 'max_tokens', 'cut off by the limit'],
] as const)('arguments %s of a call that ended with %s are named as a problem', async (json, stopReason, problem) => {
  const content = [{ type: 'tool_use', id: 'toolu_1', name: 'look', json }] as const;
  const { model } = await playing([{ content, stopReason }]);
  const { reply } = await ask(model);
  expect(reply.problems['toolu_1']).toContain(problem);
  expect(reply.content).toEqual([{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }]);
});

test('a refusal says why', async () => {
  const stopDetails = { category: 'cyber', explanation: 'Not this.' } as const;
  const { model } = await playing([{ content: [], stopReason: 'refusal', stopDetails }]);
  expect((await ask(model)).reply).toMatchObject({ stopReason: 'refusal', refusal: 'Not this.', content: [] });
});

test.each(['max_tokens', 'pause_turn', 'model_context_window_exceeded'] as const)(
  'the stop reason %s is passed on',
  async (stopReason) => {
    const { model } = await playing([{ ...say('So far'), stopReason }]);
    expect((await ask(model)).reply.stopReason).toBe(stopReason);
  },
);

const speech: Reply = {
  content: [
    { type: 'thinking', thinking: 'Hm.', signature: 'signed' },
    { type: 'text', text: 'Half of this and more' },
    { type: 'tool_use', name: 'look', input: { at: 1 } },
  ],
  chunkSize: 4,
};

/** Aborts when the server holds after that many events, and `said` has arrived. */
async function interruptedAfter(after: number, said: string) {
  const held = gate();
  const controller = new AbortController();
  const { model } = await playing([{ ...speech, hold: { after, gate: held } }]);
  let text = '';
  let heard = () => {};
  const arrived = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const asking = ask(model, {
    signal: controller.signal,
    onText(delta) {
      text += delta;
      if (text === said) heard();
    },
  });
  await held.reached;
  if (said !== '') await arrived;
  controller.abort(new Error('Escape'));
  return asking.then(
    ({ reply: { content, stopReason } }) => ({ content, stopReason }),
    (error: Error) => error.message,
  );
}

// Events: start, ping, [start, thinking, signature, stop] of the thinking, then the text begins.
test('interrupted in the middle of the text: what was said is kept', async () => {
  expect(await interruptedAfter(9, 'Half of ')).toEqual({
    stopReason: 'interrupted',
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 'signed' },
      { type: 'text', text: 'Half of ' },
    ],
  });
});

test('interrupted in the middle of a call: the text is kept, the call is not', async () => {
  expect(await interruptedAfter(17, 'Half of this and more')).toMatchObject({
    stopReason: 'interrupted',
    content: [{ type: 'thinking' }, { type: 'text', text: 'Half of this and more' }],
  });
});

test.each([
  ['before the answer', 0],
  ['while it thinks', 4],
  ['before the first word', 7],
])('interrupted %s: rejects with the reason', async (_, after) => {
  expect(await interruptedAfter(after, '')).toBe('Escape');
});

test('many answers leave nothing behind on the signal of a session', async () => {
  const { signal } = new AbortController();
  const { model } = await playing(
    [...Array<Reply>(15).fill(say('Yes.')), { ...speech, end: { cut: 3 } }, say('Yes.')],
    {},
  );
  for (let i = 0; i < 16; i++) await ask(model, { signal });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('interrupted before it is asked: nothing is sent', async () => {
  const { model, api } = await playing([say('Never.')]);
  await expect(ask(model, { signal: AbortSignal.abort(new Error('Escape')) })).rejects.toThrow('Escape');
  expect(api.requests).toEqual([]);
});

test('an answer that had ended when it was interrupted is a whole answer', async () => {
  const controller = new AbortController();
  const { model } = await playing([calls(['look', {}])]);
  const { reply } = await ask(model, { signal: controller.signal });
  controller.abort();
  expect(reply.stopReason).toBe('tool_use');
});
