// Sessions as clients live through them: the SDK's own client, real sockets.
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  type CallToolResult,
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/sdk/types.js';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createServer } from '../kit/index.js';
import { ask, connected, initialize, otherToken, served, token } from './testing.js';

const LIST = '{"jsonrpc":"2.0","id":7,"method":"tools/list"}';
const MINUTE = 60_000;
const inSession = (id = '', bearer = token) => ({
  'mcp-session-id': id,
  authorization: `Bearer ${bearer}`,
});

test('each client has a server of its own, which knows its session', async () => {
  const { url, sessions } = await served();
  const clients = await Promise.all([connected(url), connected(url)]);
  const texts = await Promise.all(
    clients.map(async ({ client }) => ((await client.callTool({ name: 'who' })) as CallToolResult).content),
  );
  const ids = clients.map(({ transport }) => transport.sessionId);
  expect(texts).toEqual(ids.map((text) => [{ type: 'text', text }]));
  expect(new Set(sessions)).toEqual(new Set(ids));
});

test('many calls at once, each with its own answer and progress', async () => {
  const { url, waiting } = await served();
  const { client } = await connected(url);
  const begun: number[] = [];
  const calls = Array.from({ length: 20 }, (_, i) =>
    client.callTool({ name: 'wait' }, undefined, { onprogress: () => begun.push(i) }),
  );
  const running = await Promise.all(calls.map(waiting));
  for (const call of running.reverse()) call.end();
  for (const result of await Promise.all(calls)) expect(result.content).toEqual([{ type: 'text', text: 'It ended.' }]);
  expect(new Set(begun).size).toBe(20);
});

test('a call that the client cancels is aborted', async () => {
  const { url, waiting } = await served();
  const { client } = await connected(url);
  const controller = new AbortController();
  const call = client.callTool({ name: 'wait' }, undefined, { signal: controller.signal });
  const { signal } = await waiting();
  controller.abort();
  await expect(call).rejects.toThrow();
  await expect.poll(() => signal.aborted).toBe(true);
});

test('DELETE ends a session: its calls are aborted, its id is unknown', async () => {
  const { url, port, waiting } = await served();
  const { client, transport } = await connected(url);
  const id = transport.sessionId;
  client.callTool({ name: 'wait' }).catch(() => {});
  const { signal } = await waiting();
  await transport.terminateSession();
  await expect.poll(() => signal.aborted).toBe(true);
  const { status, text } = await ask(port, { headers: inSession(id), body: LIST });
  expect(status).toBe(404);
  expect(JSON.parse(text).error).toEqual({ code: -32001, message: expect.stringContaining('initialize') });
});

test.each(['POST', 'GET', 'DELETE'])('%s to a session that never was: 404', async (method) => {
  const { port } = await served();
  for (const id of ['made-up', '__proto__', '']) {
    expect(await ask(port, { method, headers: inSession(id) })).toMatchObject({ status: 404 });
  }
});

test.each([...SUPPORTED_PROTOCOL_VERSIONS, '1999-01-01'])('a client that speaks %s', async (version) => {
  const { port } = await served();
  const { headers, text } = await ask(port, { body: initialize.replace('2025-11-25', version) });
  const spoken = SUPPORTED_PROTOCOL_VERSIONS.includes(version) ? version : LATEST_PROTOCOL_VERSION;
  expect(text).toContain(`"protocolVersion":"${spoken}"`);
  const session = inSession(String(headers['mcp-session-id']));
  for (const [header, status] of [
    [spoken, 200],
    [undefined, 200],
    ['1999-01-01', 400],
  ] as const) {
    expect(await ask(port, { headers: { ...session, 'mcp-protocol-version': header }, body: LIST })).toMatchObject({
      status,
    });
  }
});

test.each(['GET', 'DELETE'])('%s without a session: 400', async (method) => {
  const { port } = await served();
  expect(await ask(port, { method })).toMatchObject({ status: 400 });
});

test('a session is not there for the bearer of another token, who cannot end it either', async () => {
  const { url, port } = await served({ token: [token, otherToken] });
  const { client, transport } = await connected(url);
  const id = transport.sessionId;
  for (const method of ['POST', 'GET', 'DELETE']) {
    const body = method === 'POST' ? LIST : undefined;
    const foreign = { method, headers: inSession(id, otherToken), ...(body && { body }) };
    expect(await ask(port, foreign)).toMatchObject({ status: 404 });
  }
  expect((await client.listTools()).tools).toHaveLength(2);
  expect((await (await connected(url, otherToken)).client.listTools()).tools).toHaveLength(2);
});

test('when all sessions are in use the next is told so, until one ends', async () => {
  const { url, port } = await served({ maxSessions: 2 });
  const [first] = await Promise.all([connected(url), connected(url)]);
  const { status, headers, text } = await ask(port);
  expect({ status, after: headers['retry-after'] }).toEqual({ status: 503, after: '60' });
  expect(JSON.parse(text).error.message).toContain('All 2 sessions are in use.');
  await first.transport.terminateSession();
  expect(await ask(port)).toMatchObject({ status: 200 });
});

test('no more sessions than allowed, even when all begin at once', async () => {
  const { port } = await served({ maxSessions: 3 });
  const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await ask(port)).status));
  expect(statuses.sort()).toEqual([...Array(3).fill(200), ...Array(7).fill(503)]);
});

test('a session that nobody uses is closed, but not while a stream of it is open', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
  onTestFinished(() => void vi.useRealTimers());
  const { port, waiting } = await served({ idleMs: 10 * MINUTE });
  const session = inSession(String((await ask(port)).headers['mcp-session-id']));
  const stream = await openStream(port, session);
  const { signal } = await waiting();
  const status = async () => (await ask(port, { headers: session, body: LIST })).status;
  vi.advanceTimersByTime(60 * MINUTE);
  expect(await status()).toBe(200);
  stream.cut();
  vi.advanceTimersByTime(9 * MINUTE);
  expect(await status()).toBe(200);
  expect(signal.aborted).toBe(false);
  await expect.poll(() => vi.advanceTimersByTime(10 * MINUTE) && signal.aborted).toBe(true);
  expect(await status()).toBe(404);
});

test('when there is no room, the session that was silent longest gives way', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { port, waiting } = await served({ maxSessions: 3 });
  const begin = async () => inSession(String((await ask(port)).headers['mcp-session-id']));
  const status = async (session: Record<string, string>) => (await ask(port, { headers: session, body: LIST })).status;
  const [calling, first, second] = [await begin(), await begin(), await begin()];
  await openStream(port, calling);
  await waiting();
  expect(await ask(port)).toMatchObject({ status: 503 });
  vi.setSystemTime(Date.now() + MINUTE);
  expect(await status(first)).toBe(200);
  expect(await ask(port)).toMatchObject({ status: 200 });
  expect(await Promise.all([calling, first, second].map(status))).toEqual([200, 200, 404]);
});

test('a client whose connection broke gets the answer when it is back', async () => {
  const { port, waiting } = await served();
  const { headers } = await ask(port);
  const session = { ...inSession(String(headers['mcp-session-id'])), 'mcp-protocol-version': '2025-11-25' };
  const stream = await openStream(port, session);
  const running = await waiting();
  const cursor = /^id: (\d+)$/m.exec(await stream.read())?.[1] ?? '';
  stream.cut();
  expect(running.signal.aborted).toBe(false);
  running.end();
  const resumed = await openStream(port, { ...session, 'last-event-id': cursor }, 'GET');
  expect(await resumed.read()).toContain('It ended.');
  resumed.cut();
  const unknown = { ...session, 'last-event-id': '999' };
  expect(await ask(port, { method: 'GET', headers: unknown })).toMatchObject({ status: 400 });
});

test('closing the server aborts the calls that run and frees the port', async () => {
  const { url, port, waiting, close } = await served();
  const { client } = await connected(url);
  const call = client.callTool({ name: 'wait' });
  const { signal } = await waiting();
  call.catch(() => {});
  await close();
  expect(signal.aborted).toBe(true);
  await expect(ask(port)).rejects.toThrow('ECONNREFUSED');
});

test('a server that cannot be made is an error of the server', async () => {
  const { port, errors } = await served({
    createServer() {
      throw new Error('No disk.');
    },
  });
  const { status, text } = await ask(port);
  expect(status).toBe(500);
  expect(text).not.toContain('No disk.');
  expect(errors.map(({ message }) => message)).toEqual(['No disk.']);
});

test('a server that serves another session already is an error of the server, and takes no room', async () => {
  const shared = createServer({ name: 'shared', version: '1', instructions: '', tools: [] });
  const { port } = await served({ createServer: () => shared, maxSessions: 2 });
  expect(await ask(port)).toMatchObject({ status: 200 });
  for (let i = 0; i < 3; i++) await expect.poll(async () => (await ask(port)).status).toBe(500);
});

test('the client of the SDK is refused with a wrong token', async () => {
  const { url } = await served();
  await expect(connected(url, 'wrong')).rejects.toThrow(StreamableHTTPError);
});

/** A stream of events whose connection can be cut. */
async function openStream(port: number, headers: Record<string, string>, method = 'POST') {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const params = { name: 'wait', _meta: { progressToken: 1 } };
  const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
    method,
    headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json', ...headers },
    signal: controller.signal,
    ...(method === 'POST' && { body: JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'tools/call', params }) }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  return {
    read: async () => String((await reader?.read())?.value),
    cut: () => controller.abort(),
  };
}
