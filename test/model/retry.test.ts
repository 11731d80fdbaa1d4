// What is tried again, after how long, and what is reported instead.
import { expect, test } from 'vitest';
import { fail, type Reply, say, silence, type Turn } from '../fakes/messages-api/index.js';
import { ask, playing } from './ask.js';

const half: Reply = { ...say('Half of this'), chunkSize: 2 };

test.each<[string, Turn, number?]>([
  ['429', fail(429)],
  ['500', fail(500)],
  ['503', fail(503)],
  ['504', fail(504)],
  ['529', fail(529)],
  ['408', fail(408)],
  ['409', fail(409)],
  ['a 400 that asks for it', { status: 400, headers: { 'x-should-retry': 'true' } }],
  ['a cut stream', { ...half, end: { cut: 5 } }],
  ['a stream cut before its first event', { ...half, end: { cut: 0 } }],
  ['a stream cut just before its end', { ...half, end: { cut: 10 } }],
  ['overloaded_error in the middle', { ...half, end: { error: 'overloaded_error', after: 5 } }],
  ['api_error in the middle', { ...half, end: { error: 'api_error', after: 5 } }],
  ['a stream that fell silent', { ...half, end: { stall: 5 } }, 1500],
  ['an answer that never began', silence, 1500],
])('%s is asked again, and the user is told', async (_, turn, idleMs) => {
  const { model, api } = await playing([turn, say('All of this')], { idleMs });
  const { reply, text, retries } = await ask(model);
  expect(reply.content).toEqual([{ type: 'text', text: 'All of this' }]);
  expect(text).toBe('All of this');
  expect(retries).toHaveLength(1);
  expect(api.requests).toHaveLength(2);
  expect(api.requests[1]?.body).toEqual(api.requests[0]?.body);
});

test('wherever a stream is cut, the answer is whole in the end', async () => {
  const whole: Reply = {
    content: [
      { type: 'thinking', thinking: 'Where?', signature: 'signed' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 1 } },
    ],
    chunkSize: 4,
  };
  const events = 18;
  const cuts = Array.from({ length: events }, (_, cut): Reply => ({ ...whole, end: { cut } }));
  const { model, api } = await playing(cuts.flatMap((cut) => [cut, whole]));
  for (const _ of cuts) {
    const { reply, retries, text } = await ask(model);
    expect([reply.content, retries.length, text]).toEqual([whole.content, 1, 'I look.']);
  }
  expect(api.remaining).toBe(0);
});

test.each<[string, Turn, number, number]>([
  ['seconds', fail(429, 30), 30_000, 30_000],
  ['milliseconds', { status: 529, headers: { 'retry-after-ms': '7000', 'retry-after': '60' } }, 7000, 7000],
  ['a date', () => fail(503, new Date(Date.now() + 120_000).toUTCString()), 60_000, 120_000],
])('waits as long as the server asks, in %s', async (_, turn, least, most) => {
  const { model } = await playing([turn, say('Never.')]);
  const controller = new AbortController();
  const delays: number[] = [];
  const asking = ask(model, {
    signal: controller.signal,
    onRetry(_why, delayMs) {
      delays.push(delayMs);
      controller.abort(new Error('Seen'));
    },
  });
  await expect(asking).rejects.toThrow('Seen');
  expect(delays[0]).toBeGreaterThanOrEqual(least);
  expect(delays[0]).toBeLessThanOrEqual(most);
});

test('a date that has passed, or words, count as no wish', async () => {
  const { model } = await playing([fail(429, 'Wed, 21 Oct 2015 07:28:00 GMT'), fail(429, 'later'), say('Yes.')]);
  const { retries } = await ask(model);
  expect(retries.every(({ delayMs }) => delayMs < 10)).toBe(true);
});

test('waits longer each time, and not more than eight attempts', async () => {
  const { model, api } = await playing(Array(10).fill(fail(529)), { backoffMs: 2 });
  const retries: number[] = [];
  const asking = ask(model, { onRetry: (_, delayMs) => retries.push(delayMs) });
  await expect(asking).rejects.toMatchObject({ code: 'model-protocol', message: expect.stringContaining('HTTP 529') });
  expect(api.remaining).toBe(2);
  expect(retries).toHaveLength(7);
  retries.forEach((delay, i) => {
    expect(delay).toBeLessThanOrEqual(2 * 2 ** i);
    expect(delay).toBeGreaterThanOrEqual(1.5 * 2 ** i);
  });
});

test('a wait of more than five minutes is reported instead', async () => {
  const { model, api } = await playing([fail(429, 3600), say('Never.')]);
  await expect(ask(model)).rejects.toMatchObject({ message: expect.stringContaining('HTTP 429') });
  expect(api.remaining).toBe(1);
});

test('what fails with x-should-retry: false is not asked again', async () => {
  const { model, api } = await playing([{ status: 529, headers: { 'x-should-retry': 'false' } }, say('Never.')]);
  await expect(ask(model)).rejects.toMatchObject({ message: expect.stringContaining('HTTP 529') });
  expect(api.remaining).toBe(1);
});

const tooLong = 'prompt is too long: 208310 tokens > 200000 maximum';

test.each<[string, Turn, string, string]>([
  ['400', fail(400), 'model-refused-request', 'Resume'],
  ['401', fail(401), 'no-key', 'ANTHROPIC_API_KEY'],
  ['403', fail(403), 'no-key', 'ANTHROPIC_API_KEY'],
  ['404', fail(404), 'model-refused-request', 'claude-sonnet-5'],
  ['413', fail(413), 'model-context-full', 'Compact'],
  ['a prompt that is too long', { status: 400, message: tooLong }, 'model-context-full', 'Compact'],
  [
    'a prompt that leaves no room for the answer',
    {
      status: 400,
      message: 'input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000, decrease input length',
    },
    'model-context-full',
    'Compact',
  ],
  [
    'an unknown error in the middle',
    { ...half, end: { error: 'billing_error', after: 5 } },
    'model-protocol',
    'Resume',
  ],
])('%s is final', async (_, turn, code, remedy) => {
  const { model, api } = await playing([turn, say('Never.')]);
  await expect(ask(model)).rejects.toMatchObject({ code, remedy: expect.stringContaining(remedy) });
  expect(api.remaining).toBe(1);
});

test('what the other side says is one line of bounded length', async () => {
  const { model } = await playing([{ status: 400, message: `${'no\n'.repeat(1000)}` }]);
  const error = await ask(model).catch((caught: Error) => caught);
  expect(error).toMatchObject({ message: expect.not.stringContaining('\n') });
  expect((error as Error).message.length).toBeLessThan(600);
});

test('nobody listens: says where, after trying', async () => {
  const { api, model } = await playing([]);
  await api.close();
  const retries: string[] = [];
  const asking = ask(model, { onRetry: (why) => retries.push(why) });
  await expect(asking).rejects.toMatchObject({
    code: 'model-unreachable',
    message: expect.stringContaining('ECONNREFUSED'),
    remedy: expect.stringContaining('ANTHROPIC_BASE_URL'),
  });
  expect(retries).toHaveLength(7);
});

test('interrupted while it waits: rejects at once', async () => {
  const controller = new AbortController();
  const { model } = await playing([fail(429, 200)]);
  const asking = ask(model, {
    signal: controller.signal,
    onRetry: () => queueMicrotask(() => controller.abort(new Error('Escape'))),
  });
  await expect(asking).rejects.toThrow('Escape');
});
