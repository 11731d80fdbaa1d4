// What is sent: markers for the cache, definitions that are held back, thinking.
import type Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { call, calls, fail, type Reply, say, tokensOf, toolResults } from '../fakes/messages-api/index.js';
import { ask, hello, look, playing } from './ask.js';

type Messages = Anthropic.MessageParam[];
const rare: Anthropic.Tool = { name: 'rare', input_schema: { type: 'object' }, defer_loading: true };

/** Answers each call with `said`. */
function answered(
  messages: Messages,
  content: Anthropic.ContentBlockParam[],
  said: Anthropic.ToolResultBlockParam['content'] & {},
): Messages {
  const results = content.flatMap((block) =>
    block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: said }] : [],
  );
  return [...messages, { role: 'assistant', content }, { role: 'user', content: results }];
}

const isMarked = (block: object) => 'cache_control' in block;

test('markers: the last tool that is not held back, the last block of the system prompt, two user messages', async () => {
  const { model, api } = await playing([say('Yes.')]);
  const messages: Messages = [
    ...hello,
    { role: 'assistant', content: 'One.' },
    { role: 'user', content: 'Two' },
    { role: 'assistant', content: 'Three.' },
    { role: 'user', content: 'Four' },
  ];
  await ask(model, {
    tools: [look, { ...look, name: 'act' }, rare],
    system: ['Stable.', 'Of this project.'],
    messages,
  });
  const { tools = [], system, messages: sent } = api.requests[0]?.body ?? { messages: [] };
  expect(tools.map(isMarked)).toEqual([false, true, false]);
  expect((system as object[]).map(isMarked)).toEqual([false, true]);
  const last = sent.map(({ content }) => isMarked(typeof content === 'string' ? {} : (content.at(-1) ?? {})));
  expect(last).toEqual([false, false, true, false, true]);
});

test('a long session reads nearly all of its input from the cache', async () => {
  const turns = 40;
  const text = 'word '.repeat(800);
  const { model, api } = await playing([...Array<Reply>(turns).fill(call('look')), say('Done.')]);
  let messages = hello;
  const usage = { input: 0, cacheRead: 0, cacheWrite: 0 };
  for (let turn = 0; turn <= turns; turn++) {
    const { reply } = await ask(model, { system: ['Rules. '.repeat(1000)], messages });
    usage.input += reply.usage.input;
    usage.cacheRead += reply.usage.cacheRead;
    usage.cacheWrite += reply.usage.cacheWrite;
    messages = answered(messages, reply.content, text);
  }
  const hitRate = usage.cacheRead / (usage.input + usage.cacheRead + usage.cacheWrite);
  expect(hitRate).toBeGreaterThan(0.9);
  expect(usage.input).toBe(0);
  // Each token is written once, but for what no marker covers yet.
  const { tools, system, messages: sent } = api.requests.at(-1)?.body ?? {};
  expect(usage.cacheWrite).toBeLessThan(1.05 * tokensOf([tools, system, sent]));
});

test('parallel calls beyond the lookback of the cache still hit it', async () => {
  const many = calls(...Array.from({ length: 30 }, (_, i) => ['look', { i }] as const));
  const { model } = await playing([many, many, say('Done.')]);
  const rules = 'Rules. '.repeat(2000);
  let messages = hello;
  const reads: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const { reply } = await ask(model, { system: rules, messages });
    reads.push(reply.usage.cacheRead);
    messages = answered(messages, reply.content, 'found '.repeat(100));
  }
  expect(reads[0]).toBe(0);
  expect(reads[1]).toBeGreaterThan(tokensOf(rules));
  expect(reads[2]).toBeGreaterThan((reads[1] ?? 0) + 30 * 150);
});

test('a definition that a result refers to is there for the model', async () => {
  const { model, api } = await playing([call('look'), (request) => say(`Found ${toolResults(request)[0]?.text}`)]);
  const { reply } = await ask(model, { tools: [look, rare] });
  const messages = answered(hello, reply.content, [{ type: 'tool_reference', tool_name: 'rare' }]);
  expect((await ask(model, { tools: [look, rare], messages })).text).toBe('Found [tool_reference]');
  expect(api.rejected).toEqual([]);
});

test.each(['tools.1.defer_loading: Extra inputs are not permitted', 'tool_reference blocks are not supported'])(
  'an API that loads nothing by reference (%s) gets all definitions, and references in words',
  async (message) => {
    const { model, api } = await playing([call('look'), { ...fail(400), message }, say('Found.'), say('Again.')]);
    const { reply } = await ask(model);
    const messages = answered(hello, reply.content, [{ type: 'tool_reference', tool_name: 'rare' }]);
    const found = await ask(model, { tools: [look, rare], messages });
    expect([found.text, found.retries.length]).toEqual(['Found.', 1]);
    expect((await ask(model, { tools: [look, rare], messages })).retries).toEqual([]);
    const { tools, messages: sent } = api.requests.at(-1)?.body ?? {};
    expect(JSON.stringify(tools)).not.toContain('defer_loading');
    expect(sent?.at(-1)?.content).toMatchObject([{ content: [{ type: 'text', text: 'The tool rare.' }] }]);
  },
);

test('a reference to a tool that is gone is told in words', async () => {
  const { model, api } = await playing([call('look'), say('Gone.')]);
  const { reply } = await ask(model);
  const messages = answered(hello, reply.content, [{ type: 'tool_reference', tool_name: 'gone' }]);
  expect((await ask(model, { messages })).retries).toEqual([]);
  expect(api.rejected).toEqual([]);
});

test('no system prompt, no tools: nothing is marked there', async () => {
  const { model, api } = await playing([say('Yes.')]);
  await ask(model, { system: [], tools: [] });
  expect(api.requests[0]?.body).toMatchObject({ system: [], tools: [] });
});

test.each([
  ['claude-opus-4-1', undefined, 32_000, undefined],
  ['claude-3-5-haiku-latest', { budgetTokens: 2000 }, 8_192, undefined],
  ['claude-haiku-4-5', { budgetTokens: 2000 }, 32_000, { type: 'enabled', budget_tokens: 2000 }],
  ['claude-sonnet-5', { budgetTokens: 2000 }, 32_000, { type: 'adaptive', display: 'summarized' }],
  ['claude-sonnet-5', undefined, 32_000, undefined],
  ['unheard-of', { budgetTokens: 2000 }, 32_000, { type: 'adaptive', display: 'summarized' }],
])('%s with %o thinks and answers within its limits', async (name, thinking, max_tokens, sent) => {
  const { model, api } = await playing([say('Yes.')], { model: name, thinking });
  await ask(model);
  expect(api.requests[0]?.body).toMatchObject({ model: name, max_tokens });
  expect(api.requests[0]?.body.thinking).toEqual(sent);
});

test.each(['100', '32000', 'lots'])('a budget of %s for thinking is refused', async (COFFERDAM_THINKING) => {
  const env = { ANTHROPIC_API_KEY: 'any', COFFERDAM_THINKING };
  await expect(playing([], { env })).rejects.toMatchObject({ code: 'usage' });
});

const thoughtful: Reply = {
  content: [
    { type: 'thinking', thinking: 'Let me see.' },
    { type: 'tool_use', name: 'look', input: {} },
  ],
};

test('thinking goes back unchanged with its calls', async () => {
  const { model, api } = await playing([thoughtful, say('Done.')], {}, { preservedThinking: true });
  const { reply } = await ask(model);
  await ask(model, { messages: answered(hello, reply.content, 'found') });
  expect(api.rejected).toEqual([]);
});

test('thinking that a changed conversation made void is left out, later thinking is not', async () => {
  const { model, api } = await playing(
    [thoughtful, thoughtful, thoughtful, say('Done.')],
    {},
    { preservedThinking: true },
  );
  const first = answered(hello, (await ask(model)).reply.content, 'long result');
  const second = answered(first, (await ask(model, { messages: first })).reply.content, 'found');
  // As when old results are cleared: the second thinking was based on the first result.
  const cleared = second.map((message, i) =>
    i === 2 ? { role: 'user' as const, content: results(message, 'cleared') } : message,
  );
  const third = await ask(model, { messages: cleared });
  expect(third.retries).toEqual([{ why: expect.stringContaining('bound to a different conversation'), delayMs: 0 }]);
  const fourth = await ask(model, { messages: answered(cleared, third.reply.content, 'found') });
  expect(fourth.retries).toEqual([]);
  expect(api.rejected).toHaveLength(1);
  const thoughts = api.requests
    .at(-1)
    ?.body.messages.filter(({ content }) => JSON.stringify(content).includes('"thinking"'));
  expect(thoughts).toHaveLength(1);
});

test('an answer that was nothing but void thinking leaves a message that the API takes', async () => {
  const only: Reply = { content: [{ type: 'thinking', thinking: 'Hm.' }] };
  const { model, api } = await playing([only, say('Done.')], {}, { preservedThinking: true });
  const { reply } = await ask(model);
  const messages: Messages = [
    { role: 'user', content: 'Changed' },
    { role: 'assistant', content: reply.content },
    ...hello,
  ];
  expect((await ask(model, { messages })).text).toBe('Done.');
  expect(api.requests.at(-1)?.body.messages).toHaveLength(3);
});

test('the same refusal twice is reported', async () => {
  const refused = { ...fail(400), message: 'Invalid `signature` in `thinking` block' };
  const { model } = await playing([refused, say('Never.')]);
  await expect(ask(model)).rejects.toMatchObject({ code: 'model-refused-request' });
});

function results({ content }: Anthropic.MessageParam, said: string): Anthropic.ToolResultBlockParam[] {
  return (content as Anthropic.ToolResultBlockParam[]).map((result) => ({ ...result, content: said }));
}
