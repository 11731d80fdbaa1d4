// The official SDK against the fake: what one says, the other understands.
import Anthropic, { type APIError } from '@anthropic-ai/sdk';
import { afterEach, expect, test } from 'vitest';
import { call, calls, fail, gate, type MessagesApi, say, startMessagesApi, type Turn, toolResults } from './index.js';

let api: MessagesApi;

afterEach(() => api.close());

async function start(...script: Turn[]): Promise<Anthropic> {
  api = await startMessagesApi(script);
  return new Anthropic({ apiKey: 'any', baseURL: api.url, maxRetries: 0 });
}

const hello: Anthropic.MessageParam[] = [{ role: 'user', content: 'Hello' }];
const tools: Anthropic.Tool[] = [{ name: 'look', input_schema: { type: 'object' } }];

function ask(client: Anthropic, messages = hello, more: Partial<Anthropic.MessageStreamParams> = {}) {
  return client.messages.stream({ model: 'any', max_tokens: 100, messages, tools, ...more }).finalMessage();
}

test('streams text in pieces that add up, with whole characters', async () => {
  const client = await start({ content: [{ type: 'text', text: 'Grüße 👋🏽 and more' }], chunkSize: 1 });
  const message = await ask(client);
  expect(message).toMatchObject({ content: [{ text: 'Grüße 👋🏽 and more' }], stop_reason: 'end_turn' });
});

test('streams thinking with its signature, text and calls in one message', async () => {
  const client = await start({
    content: [
      { type: 'thinking', thinking: 'Where?', signature: 'sig' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'toolu_1', name: 'look', input: { path: 'a b', deep: { n: [1, 2] } } },
    ],
    usage: { input_tokens: 7, cache_read_input_tokens: 5, output_tokens: 3 },
  });
  expect(await ask(client)).toMatchObject({
    content: [
      { type: 'thinking', thinking: 'Where?', signature: 'sig' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'toolu_1', name: 'look', input: { path: 'a b', deep: { n: [1, 2] } } },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 7, cache_read_input_tokens: 5, output_tokens: 3 },
  });
});

test('a turn may depend on what the client sent', async () => {
  const client = await start(call('look'), (request) => say(`It says ${toolResults(request)[0]?.text}.`));
  const { content } = await ask(client);
  const answer = await ask(client, [...hello, { role: 'assistant', content }, result(content, 'forty-two')]);
  expect(answer.content).toMatchObject([{ text: 'It says forty-two.' }]);
});

test.each([
  [429, 'rate_limit_error'],
  [500, 'api_error'],
  [529, 'overloaded_error'],
])('fails with status %i in the shape of the API', async (status, type) => {
  const client = await start(fail(status, 7));
  const error = await ask(client).catch((caught: APIError) => caught);
  expect(error).toMatchObject({ status, type });
  expect((error as APIError).headers?.get('retry-after')).toBe('7');
});

test('an error in the middle of a stream, and a connection that is cut, reject', async () => {
  const reply = { content: [{ type: 'text' as const, text: 'Half of this' }], chunkSize: 2 };
  const client = await start({ ...reply, end: { error: 'overloaded_error', after: 5 } }, { ...reply, end: { cut: 5 } });
  await expect(ask(client)).rejects.toMatchObject({ type: 'overloaded_error' });
  await expect(ask(client)).rejects.toThrow();
  expect(api.requests).toHaveLength(2);
});

test('says so when the script is over', async () => {
  const client = await start();
  await expect(ask(client)).rejects.toThrow('The script has no turn for request 1.');
});

test('refuses without a key', async () => {
  await start(say('Hello.'));
  const response = await fetch(`${api.url}/v1/messages`, { method: 'POST', body: '{}' });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
});

const use: Anthropic.ContentBlockParam = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };
const answer: Anthropic.ContentBlockParam = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' };
const text: Anthropic.ContentBlockParam = { type: 'text', text: 'x' };
const marked = { ...text, cache_control: { type: 'ephemeral' as const } };
const marker = { cache_control: { type: 'ephemeral' as const } };
const markedThinking = { type: 'thinking' as const, thinking: 'x', signature: 'y', ...marker };
const heldBack: Anthropic.Tool = { name: 'rare', input_schema: { type: 'object' }, defer_loading: true };
const budget = (budget_tokens: number) => ({ type: 'enabled' as const, budget_tokens });
const found = (tool_name: string): Anthropic.ToolResultBlockParam => ({
  type: 'tool_result',
  tool_use_id: 'toolu_1',
  content: [{ type: 'tool_reference', tool_name }],
});
const image = (data: string) => ({
  type: 'image' as const,
  source: { type: 'base64' as const, media_type: 'image/png' as const, data },
});
const user = (...content: Anthropic.ContentBlockParam[]) => ({ role: 'user' as const, content });
const assistant = (...content: Anthropic.ContentBlockParam[]) => ({ role: 'assistant' as const, content });

test.each<[string, Anthropic.MessageParam[], Partial<Anthropic.MessageStreamParams>?]>([
  ['roles must alternate', [...hello, ...hello]],
  ['first message must use', [assistant(text)]],
  ['without `tool_result` blocks immediately after: toolu_1', [...hello, assistant(use), user(text)]],
  ['without `tool_result` blocks', [...hello, assistant(use)]],
  ['unexpected `tool_use_id`', [user(answer)]],
  ['a single result', [...hello, assistant(use), user(answer, answer)]],
  ['must come first', [...hello, assistant(use), user(text, answer)]],
  ['ids must be unique', [...hello, assistant(use), user(answer), assistant(use), user(answer)]],
  ['non-whitespace text', [user({ type: 'text', text: ' \n' })]],
  ['must be non-empty', [user()]],
  ['signature: Field required', [...hello, assistant({ type: 'thinking', thinking: 'x', signature: '' })]],
  ['maximum of 4 blocks with cache_control', [user(marked, marked, marked, marked, marked)]],
  ['should match pattern', hello, { tools: [{ name: 'a.b', input_schema: { type: 'object' } }] }],
  ['names must be unique', hello, { tools: [...tools, ...tools] }],
  ['max_tokens', hello, { max_tokens: 0 }],
  ['max_tokens: 64000 > 32000', hello, { model: 'claude-opus-4-1', max_tokens: 64_000 }],
  ['does not support assistant message prefill', [...hello, assistant(text)]],
  ['is not allowed in a message of the user', [user({ type: 'redacted_thinking', data: 'x' })]],
  ['cannot be set for thinking blocks', [...hello, assistant(markedThinking), ...hello]],
  ['cannot have both defer_loading=true and cache_control', hello, { tools: [...tools, { ...heldBack, ...marker }] }],
  ['At least one tool must have defer_loading=false', hello, { tools: [heldBack] }],
  ["Tool reference 'rare' not found", [...hello, assistant(use), user(found('rare'))]],
  ['image exceeds 5 MB', [user(image('A'.repeat(5 * 1024 * 1024 + 4)))]],
  ['valid base64', [user(image('not base64!'))]],
  [
    'Input should be one of',
    [user({ ...image('AAAA'), source: { ...image('AAAA').source, media_type: 'image/bmp' } } as never)],
  ],
  ['Too many images', [user(...Array(101).fill(image('AAAA')))]],
  ['is not supported for this model', hello, { model: 'claude-sonnet-5', thinking: budget(2000), max_tokens: 4000 }],
  ['greater than or equal to 1024', hello, { thinking: budget(1000), max_tokens: 4000 }],
  ['must be greater than `thinking.budget_tokens`', hello, { thinking: budget(4000), max_tokens: 4000 }],
  ['Expected `thinking`', [...hello, assistant(use), user(answer)], { thinking: budget(2000), max_tokens: 4000 }],
])('refuses a request: %s', async (fault, messages, more) => {
  const client = await start(say('Hello.'));
  await expect(ask(client, messages, more)).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining(fault),
  });
  expect(api).toMatchObject({ remaining: 1, requests: [] });
});

test('refuses a body of more than 32 MB', async () => {
  const client = await start(say('Hello.'));
  const messages = [user({ type: 'text', text: 'x'.repeat(32 * 1024 * 1024) })];
  await expect(ask(client, messages)).rejects.toMatchObject({ status: 413, type: 'request_too_large' });
});

test('refuses thinking that was changed, whether it or another server of its kind sent it', async () => {
  const client = await start({ content: [{ type: 'thinking', thinking: 'Where?' }] }, say('Done.'));
  const { content } = await ask(client);
  const changed = (content as Anthropic.ThinkingBlockParam[]).map((block) => ({ ...block, thinking: 'There!' }));
  await expect(ask(client, [...hello, assistant(...changed), ...hello])).rejects.toThrow('cannot be modified');
  await api.close();
  const other = await start(say('Done.'));
  await expect(ask(other, [...hello, assistant(...changed), ...hello])).rejects.toThrow('cannot be modified');
  const unchanged = content as Anthropic.ContentBlockParam[];
  expect((await ask(other, [...hello, assistant(...unchanged), ...hello])).stop_reason).toBe('end_turn');
});

test('after a pause the client may go on in the turn of the model', async () => {
  const client = await start({ ...say('I search.'), stopReason: 'pause_turn' }, say('Done.'));
  const { content } = await ask(client);
  const messages = [...hello, assistant(...(content as Anthropic.ContentBlockParam[]))];
  expect((await ask(client, messages)).stop_reason).toBe('end_turn');
});

test('a refusal carries its details', async () => {
  const client = await start({ content: [], stopReason: 'refusal', stopDetails: { explanation: 'Not this.' } });
  const details = { type: 'refusal', category: null, explanation: 'Not this.' };
  expect(await ask(client)).toMatchObject({ stop_reason: 'refusal', stop_details: details });
});

test('holds an answer at a gate until it is opened', async () => {
  const held = gate();
  const client = await start({ ...say('Hello.'), hold: { after: 3, gate: held } });
  let ended = false;
  const asking = ask(client).finally(() => {
    ended = true;
  });
  await held.reached;
  expect(ended).toBe(false);
  held.open();
  await asking;
  expect(api.requests[0]?.answeredAt).toBeGreaterThan(api.requests[0]?.at ?? 0);
});

test('keeps only as many requests as it is asked to', async () => {
  api = await startMessagesApi([say('One.'), say('Two.'), say('Three.')], { keep: 2 });
  const client = new Anthropic({ apiKey: 'any', baseURL: api.url, maxRetries: 0 });
  for (const word of ['a', 'b', 'c']) await ask(client, [user({ type: 'text', text: word })]);
  expect(api.requests.map(({ body }) => JSON.stringify(body.messages))).toEqual([
    expect.stringContaining('"b"'),
    expect.stringContaining('"c"'),
  ]);
});

test('accepts a whole conversation', async () => {
  const client = await start(calls(['look', {}], ['look', {}]), say('Done.'));
  const { content } = await ask(client);
  const messages = [...hello, { role: 'assistant' as const, content }, result(content, 'ok')];
  await expect(ask(client, messages)).resolves.toMatchObject({ stop_reason: 'end_turn' });
});

function result(content: readonly Anthropic.ContentBlock[], said: string): Anthropic.MessageParam {
  const asked = content.filter((block) => block.type === 'tool_use');
  return user(...asked.map(({ id }) => ({ type: 'tool_result' as const, tool_use_id: id, content: said })));
}
