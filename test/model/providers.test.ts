// Anthropic, Bedrock and Vertex through their SDKs, chosen by the environment.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { costOf, createModel } from '../../agent/src/model/index.js';
import {
  fail,
  gate,
  type MessagesApi,
  type Reply,
  say,
  startMessagesApi,
  type Turn,
} from '../fakes/messages-api/index.js';
import { ask } from './ask.js';

type Env = Record<string, string>;

/** The clouds' SDKs read credentials from the process' own environment. */
function stub(env: Env): void {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

async function start(script: readonly Turn[]): Promise<MessagesApi> {
  const api = await startMessagesApi(script);
  onTestFinished(() => api.close());
  return api;
}

const awsKeys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
const bedrockModel = 'eu.anthropic.claude-sonnet-5-5';

function bedrockEnv(api: MessagesApi): Env {
  stub({ ...awsKeys, AWS_BEARER_TOKEN_BEDROCK: '', AWS_EC2_METADATA_DISABLED: 'true' });
  return { AWS_REGION: 'eu-central-1', ANTHROPIC_BEDROCK_BASE_URL: api.url };
}

function vertexEnv(api: MessagesApi): Env {
  const folder = mkdtempSync(join(tmpdir(), 'cofferdam-vertex-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const credentials = join(folder, 'credentials.json');
  writeFileSync(join(folder, 'subject'), 'who I am');
  writeFileSync(
    credentials,
    JSON.stringify({
      type: 'external_account',
      audience: 'a-workload-pool',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${api.url}/token`,
      credential_source: { file: join(folder, 'subject') },
    }),
  );
  stub({ GOOGLE_APPLICATION_CREDENTIALS: credentials, METADATA_SERVER_DETECTION: 'none' });
  return {
    ANTHROPIC_VERTEX_PROJECT_ID: 'a-project',
    CLOUD_ML_REGION: 'europe-west1',
    ANTHROPIC_VERTEX_BASE_URL: `${api.url}/v1`,
  };
}

const faces = [
  ['anthropic', 'claude-sonnet-5-5', (api: MessagesApi) => ({ ANTHROPIC_API_KEY: 'any', ANTHROPIC_BASE_URL: api.url })],
  ['bedrock', bedrockModel, bedrockEnv],
  ['vertex', 'claude-sonnet-5-5@20260929', vertexEnv],
] as const;

const rich: Reply = {
  content: [
    { type: 'thinking', thinking: 'Wo? Où? どこ?', signature: 'signed' },
    { type: 'text', text: 'Grüße 👋🏽' },
    { type: 'tool_use', id: 'toolu_1', name: 'look', input: { path: 'a b', deep: { n: [1, 2] } } },
  ],
  chunkSize: 1,
};

const half: Reply = { ...say('Half of this'), chunkSize: 2 };

for (const [face, model, envOf] of faces) {
  test(`${face}: a whole answer, with what it cost`, async () => {
    const api = await start([rich]);
    const { reply, text } = await ask(await createModel({ model, env: envOf(api) }));
    expect(text).toBe('Grüße 👋🏽');
    expect(reply).toMatchObject({ content: rich.content, stopReason: 'tool_use' });
    expect(reply.usage.input).toBeGreaterThan(10);
    expect(costOf(model, reply.usage)).toBeGreaterThan(0);
    expect(api.requests[0]).toMatchObject({ face, body: { model, stream: true } });
    expect(api.rejected).toEqual([]);
  });

  test.each<[string, Turn, number?]>([
    ['429', fail(429)],
    ['503', fail(503)],
    ['a cut stream', { ...half, end: { cut: 5 } }],
    ['overloaded_error in the middle', { ...half, end: { error: 'overloaded_error', after: 5 } }],
    ['a stream that fell silent', { ...half, end: { stall: 5 } }, 1500],
  ])(`${face}: %s is asked again`, async (_, turn, idleMs) => {
    const api = await start([turn, say('All of this')]);
    const { text, retries } = await ask(await createModel({ model, env: envOf(api), backoffMs: 1, idleMs }));
    expect([text, retries.length]).toEqual(['All of this', 1]);
  });

  test.each([
    [401, 'no-key'],
    [403, 'no-key'],
    [404, 'model-refused-request'],
    [413, 'model-context-full'],
  ])(`${face}: HTTP %i is ${'%s'}`, async (status, code) => {
    const api = await start([fail(status), say('Never.')]);
    const asking = ask(await createModel({ model, env: envOf(api), backoffMs: 1 }));
    await expect(asking).rejects.toMatchObject({ code, remedy: expect.any(String) });
    expect(api.remaining).toBe(1);
  });

  test(`${face}: interrupted, what was said is kept`, async () => {
    const held = gate();
    const controller = new AbortController();
    const api = await start([{ ...half, hold: { after: 5, gate: held } }]);
    const asking = ask(await createModel({ model, env: envOf(api) }), {
      signal: controller.signal,
      onText: (delta) => delta === 'lf' && controller.abort(),
    });
    const { reply } = await asking;
    expect(reply).toMatchObject({ stopReason: 'interrupted', content: [{ type: 'text', text: 'Half' }] });
  });
}

test('bedrock: requests are signed for the region, and versioned models get the version that they know', async () => {
  const api = await start([say('Old.'), say('New.')]);
  const env = bedrockEnv(api);
  for (const model of ['us.anthropic.claude-opus-4-20250514-v1:0', bedrockModel]) {
    await ask(await createModel({ model, env }));
  }
  const [old, current] = api.requests;
  expect(old?.version).toBe('bedrock-2023-05-31');
  expect(current?.version).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(old?.headers.authorization).toContain('/eu-central-1/bedrock/aws4_request');
});

test('bedrock: an API key stands in for signatures', async () => {
  const api = await start([say('Yes.')]);
  const env = { ...bedrockEnv(api), AWS_BEARER_TOKEN_BEDROCK: 'a-key' };
  await ask(await createModel({ model: bedrockModel, env }));
  expect(api.requests[0]?.headers.authorization).toBe('Bearer a-key');
});

test.each([
  ['throttlingException', 2],
  ['modelStreamErrorException', 2],
  ['validationException', 1],
])('bedrock: %s in the middle of a stream means %i attempts', async (error, attempts) => {
  const api = await start([{ ...half, end: { error, after: 5 } }, say('All of this')]);
  await ask(await createModel({ model: bedrockModel, env: bedrockEnv(api), backoffMs: 1 })).catch(() => {});
  expect(api.requests).toHaveLength(attempts);
});

test.each([
  [{ status: 400, message: 'Input is too long for requested model.' }, 'model-context-full', 'Compact'],
  [{ status: 400, message: 'The provided model identifier is invalid.' }, 'model-refused-request', '--model'],
])('bedrock: %o has a code and a remedy of its own', async (turn, code, remedy) => {
  const api = await start([turn]);
  const asking = ask(await createModel({ model: bedrockModel, env: bedrockEnv(api) }));
  await expect(asking).rejects.toMatchObject({
    code,
    message: expect.stringContaining(turn.message),
    remedy: expect.stringContaining(remedy),
  });
});

test('bedrock: without credentials nothing is sent, and the remedy says what to set', async () => {
  const api = await start([]);
  const env = bedrockEnv(api);
  stub({
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  });
  await expect(ask(await createModel({ model: bedrockModel, env }))).rejects.toMatchObject({
    code: 'no-key',
    remedy: expect.stringContaining('AWS credentials'),
  });
  expect(api.rejected).toEqual([]);
});

test('vertex: without credentials nothing is sent; once there are some, the same model answers', async () => {
  const api = await start([say('Yes.')]);
  const env = vertexEnv(api);
  const credentials = process.env['GOOGLE_APPLICATION_CREDENTIALS'] ?? '';
  stub({ GOOGLE_APPLICATION_CREDENTIALS: '/nonexistent' });
  const model = await createModel({ model: 'claude-sonnet-5-5', env });
  await expect(ask(model)).rejects.toMatchObject({ code: 'no-key', remedy: expect.stringContaining('gcloud auth') });
  expect(api.rejected).toEqual([]);
  stub({ GOOGLE_APPLICATION_CREDENTIALS: credentials });
  expect((await ask(model)).text).toBe('Yes.');
});

test('anthropic: a token is sent as a bearer, and goes before a key', async () => {
  const api = await start([say('Yes.')]);
  const env = { ANTHROPIC_BASE_URL: api.url, ANTHROPIC_AUTH_TOKEN: 'a-token', ANTHROPIC_API_KEY: 'a-key' };
  await ask(await createModel({ env }));
  const { headers } = api.requests[0] ?? {};
  expect([headers?.authorization, headers?.['x-api-key']]).toEqual(['Bearer a-token', undefined]);
});

test('anthropic: a base URL may have a path', async () => {
  const api = await start([say('Yes.')]);
  const env = { ANTHROPIC_API_KEY: 'any', ANTHROPIC_BASE_URL: `${api.url}/gateway/claude/` };
  expect((await ask(await createModel({ env }))).text).toBe('Yes.');
});

test.each<[Env, string, string]>([
  [{}, 'no-key', 'ANTHROPIC_API_KEY is not set.'],
  [{ ANTHROPIC_BASE_URL: 'http://127.0.0.1' }, 'no-key', 'ANTHROPIC_API_KEY is not set.'],
  [{ COFFERDAM_PROVIDER: 'azure' }, 'usage', 'COFFERDAM_PROVIDER=azure'],
  [{ COFFERDAM_PROVIDER: 'anthropic', AWS_REGION: 'eu-west-1' }, 'no-key', 'ANTHROPIC_API_KEY'],
  [{ COFFERDAM_PROVIDER: 'bedrock', ANTHROPIC_API_KEY: 'any' }, 'no-key', 'AWS_REGION is not set.'],
  [{ ANTHROPIC_BEDROCK_BASE_URL: 'http://127.0.0.1' }, 'no-key', 'AWS_REGION is not set.'],
  [{ COFFERDAM_PROVIDER: 'vertex' }, 'no-key', 'ANTHROPIC_VERTEX_PROJECT_ID is not set.'],
  [{ ANTHROPIC_VERTEX_PROJECT_ID: 'p', AWS_REGION: 'eu-west-1' }, 'no-key', 'CLOUD_ML_REGION is not set.'],
])('the environment %o cannot be used', async (env, code, message) => {
  await expect(createModel({ env })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
    remedy: expect.stringMatching(/^(Set|Use) /),
  });
});

test('a key of the API goes before hints of a cloud', async () => {
  const api = await start([say('Yes.')]);
  const hints = { AWS_REGION: 'eu-west-1', ANTHROPIC_VERTEX_PROJECT_ID: 'p', CLOUD_ML_REGION: 'global' };
  const env = { ...hints, ANTHROPIC_API_KEY: 'any', ANTHROPIC_BASE_URL: api.url };
  await ask(await createModel({ env }));
  expect(api.requests[0]?.face).toBe('anthropic');
});
