import { EventEmitter, once } from 'node:events';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { LoggingMessageNotificationSchema, type Progress } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { createServer, defineTool, readOnly, type Tool, ToolError } from './index.js';

async function clientOf(...tools: Tool[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '0' });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await createServer({ name: 'kit', version: '1', instructions: 'Greets.', tools }).connect(far);
  await client.connect(near);
  return client;
}

const greet = defineTool({
  name: 'greet',
  title: 'Greet',
  description: 'Says hello.',
  input: z.strictObject({ name: z.string(), times: z.int().min(1).default(1) }),
  output: z.object({ greeting: z.string() }),
  annotations: readOnly,
  run: async ({ name, times }) => ({ text: `Hello ${name}`, structured: { greeting: 'Hello '.repeat(times) + name } }),
});

const failing = (error: unknown) =>
  defineTool({
    name: 'fail',
    title: 'Fail',
    description: 'Fails.',
    input: z.strictObject({}),
    annotations: readOnly,
    run: () => Promise.reject(error),
  });

test('a listing is compact and complete', async () => {
  const client = await clientOf(greet);
  expect(client.getInstructions()).toBe('Greets.');
  expect((await client.listTools()).tools).toEqual([
    {
      name: 'greet',
      title: 'Greet',
      description: 'Says hello.',
      inputSchema: {
        type: 'object',
        properties: { name: { type: 'string' }, times: { type: 'integer', minimum: 1, default: 1 } },
        required: ['name'],
        additionalProperties: false,
      },
      outputSchema: {
        type: 'object',
        properties: { greeting: { type: 'string' } },
        required: ['greeting'],
        additionalProperties: false,
      },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
  ]);
});

test('a listing leaves out what it would mean anyway', async () => {
  const client = await clientOf({
    ...greet,
    input: z.strictObject({ variables: z.record(z.string(), z.string()), inputs: z.record(z.string(), z.unknown()) }),
    output: z.looseObject({ id: z.int() }),
  });
  const [tool] = (await client.listTools()).tools;
  expect(tool?.inputSchema.properties).toEqual({
    variables: { type: 'object', additionalProperties: { type: 'string' } },
    inputs: { type: 'object' },
  });
  expect(tool?.outputSchema).toEqual({ type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] });
});

test('a listing names its dialect when older ones have other keywords for what it says', async () => {
  const place = z.object({ city: z.string() }).meta({ id: 'place' });
  const client = await clientOf({ ...greet, input: z.strictObject({ from: place, to: place }) });
  const [tool] = (await client.listTools()).tools;
  expect(tool?.inputSchema).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: { from: { $ref: '#/$defs/place' }, to: { $ref: '#/$defs/place' } },
    required: ['from', 'to'],
    additionalProperties: false,
    $defs: { place: expect.objectContaining({ properties: { city: { type: 'string' } } }) },
  });
});

test('a call gives text and structure, defaults filled in', async () => {
  const client = await clientOf(greet);
  expect(await client.callTool({ name: 'greet', arguments: { name: 'Ada' } })).toEqual({
    content: [{ type: 'text', text: 'Hello Ada' }],
    structuredContent: { greeting: 'Hello Ada' },
  });
});

test('an unknown tool is a protocol error that names the known ones', async () => {
  const client = await clientOf(greet);
  await expect(client.callTool({ name: 'gret' })).rejects.toThrow('There is no tool "gret". Known tools: greet.');
});

test('bad arguments are explained and the tool is not run', async () => {
  const client = await clientOf(greet);
  const result = await client.callTool({ name: 'greet', arguments: { name: ['Ada'], nmae: 'Ada' } });
  expect(result).toMatchObject({ isError: true, _meta: { 'cofferdam/error': 'bad-arguments' } });
  expect(JSON.stringify(result.content)).toMatch(/greet was not run.*Unrecognized key.*nmae.*expected string.*at name/);
});

const search = defineTool({
  ...greet,
  input: z.strictObject({ ids: z.array(z.string()), after: z.string().nullish(), limit: z.int().default(20) }),
  output: z.object({ found: z.array(z.string()) }),
  run: async ({ ids, after }) => ({ text: 'Found.', structured: { found: [...ids, after ?? 'none'] } }),
});

test('a whole number is read as text where text is meant, as clients and models write 12 for "12"', async () => {
  const client = await clientOf(search);
  const found = async (args: object) => {
    const { structuredContent } = await client.callTool({ name: 'greet', arguments: { ...args } });
    return structuredContent;
  };
  expect(await found({ ids: ['#1', 12], after: 34 })).toEqual({ found: ['#1', '12', '34'] });
  expect(await found({ ids: [1.5] })).toBeUndefined();
  expect(await found({ ids: [true] })).toBeUndefined();
  expect(await found({ ids: 12 })).toBeUndefined();
  expect(await found({ ids: ['1'], limit: '12' })).toBeUndefined();
});

test('a typed error tells the model what to do next', async () => {
  const client = await clientOf(failing(new ToolError('too-hot', 'It burns.', 'Wait a minute.')));
  expect(await client.callTool({ name: 'fail' })).toEqual({
    isError: true,
    content: [{ type: 'text', text: 'It burns.\nWait a minute.' }],
    _meta: { 'cofferdam/error': 'too-hot' },
  });
});

test.each([[new TypeError('x is undefined')], ['just text'], [undefined]])(
  '%s thrown is still an answer',
  async (error) => {
    const client = await clientOf(failing(error));
    const result = await client.callTool({ name: 'fail' });
    expect(result).toMatchObject({ isError: true, _meta: { 'cofferdam/error': 'internal' } });
    expect(JSON.stringify(result.content)).toContain(String(error));
  },
);

test('a result that breaks its own output schema is an error, not data', async () => {
  const broken = { ...greet, run: async () => ({ text: 'Hello', structured: { greeting: 42 } }) };
  const result = await (await clientOf(broken)).callTool({ name: 'greet', arguments: { name: 'Ada' } });
  expect(result).toMatchObject({ isError: true, _meta: { 'cofferdam/error': 'internal' } });
  expect(result.structuredContent).toBeUndefined();
  expect(JSON.stringify(result.content)).toContain('broke its own output schema');
});

test('half a surrogate pair does not leave in a text', async () => {
  const broken = { ...greet, run: async () => ({ text: 'cut \ud83d', structured: { greeting: '' } }) };
  const result = await (await clientOf(broken)).callTool({ name: 'greet', arguments: { name: 'Ada' } });
  expect(result.content).toEqual([{ type: 'text', text: 'cut \ufffd' }]);
});

const busy: Tool = {
  ...greet,
  async run(_, { progress }) {
    progress('half way');
    progress('nearly');
    return { text: 'done', structured: { greeting: '' } };
  },
};

test('progress reaches a client that asked for it', async () => {
  const client = await clientOf(busy);
  const seen: Progress[] = [];
  const onprogress = (progress: Progress) => seen.push(progress);
  await client.callTool({ name: 'greet', arguments: { name: 'Ada' } }, undefined, { onprogress });
  expect(seen).toEqual([
    { progress: 1, message: 'half way' },
    { progress: 2, message: 'nearly' },
  ]);
});

test.each([
  ['debug', 2],
  ['info', 2],
  ['notice', 0],
  [undefined, 0],
] as const)('without progress, a client that logs from %s on gets %i messages', async (level, count) => {
  const client = await clientOf(busy);
  const seen: unknown[] = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void seen.push(params));
  if (level !== undefined) await client.setLoggingLevel(level);
  await client.callTool({ name: 'greet', arguments: { name: 'Ada' } });
  const messages = ['half way', 'nearly'].map((data) => ({ level: 'info', logger: 'greet', data }));
  expect(seen).toEqual(messages.slice(0, count));
});

test('cancelling aborts the tool’s signal', async () => {
  const calls = new EventEmitter();
  const waiting: Tool = {
    ...greet,
    run: (_, { signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => calls.emit('aborted', signal.reason));
        calls.emit('started');
      }),
  };
  const client = await clientOf(waiting);
  const stop = new AbortController();
  const started = once(calls, 'started');
  const aborted = once(calls, 'aborted');
  const call = client.callTool({ name: 'greet', arguments: { name: 'Ada' } }, undefined, { signal: stop.signal });
  await started;
  stop.abort('enough');
  await expect(call).rejects.toThrow('enough');
  expect(String(await aborted)).toContain('enough');
});
