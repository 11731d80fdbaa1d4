// What is refused before any session sees it. Real sockets, requests written by hand.
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { ask, asks, initialize, otherToken, served, token } from './testing.js';

const problem = (text: string) => JSON.parse(text).error.message;

test('what nothing is wrong with gets a session', async () => {
  const { port } = await served();
  const { status, headers, text } = await ask(port);
  expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'text/event-stream' });
  expect(headers['mcp-session-id']).toMatch(/^[\da-f-]{36}$/);
  expect(text).toContain('"protocolVersion":"2025-11-25"');
});

test.each([
  ['no token', undefined],
  ['a wrong token', 'Bearer wrong'],
  ['the beginning of the token', 'Bearer the-token-of-A'],
  ['an empty token', 'Bearer '],
  ['another scheme', `Basic ${token}`],
  ['something after the token', `Bearer ${token} x`],
])('%s: 401, and where to learn about tokens', async (_, authorization) => {
  const { port, sessions } = await served();
  const { status, headers, text } = await ask(port, { headers: { host: `localhost:${port}`, authorization } });
  expect(status).toBe(401);
  const where = `resource_metadata="http://localhost:${port}/.well-known/oauth-protected-resource/mcp"`;
  const error = authorization === undefined ? '' : 'error="invalid_token", ';
  expect(headers['www-authenticate']).toBe(`Bearer ${error}${where}`);
  expect(JSON.parse(text)).toEqual({
    jsonrpc: '2.0',
    id: null,
    error: { code: -32000, message: 'A bearer token of this server is needed.' },
  });
  expect(sessions).toEqual([]);
});

test.each(['GET', 'DELETE', 'PUT', 'OPTIONS'])('%s without a token: 401', async (method) => {
  const { port } = await served();
  expect(await ask(port, { method, headers: { authorization: undefined } })).toMatchObject({ status: 401 });
});

test('a token in the URL is no token', async () => {
  const { port } = await served();
  const path = `/mcp?access_token=${encodeURIComponent(token)}`;
  expect(await ask(port, { path, headers: { authorization: undefined } })).toMatchObject({ status: 401 });
});

test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', 'user@localhost', '10.0.0.1', ''])(
  'addressed to %j: 403, with the token and without',
  async (host) => {
    const { port, sessions } = await served();
    for (const authorization of [asks.authorization, undefined]) {
      const { status, text } = await ask(port, { headers: { host, authorization } });
      expect(status).toBe(403);
      expect(problem(text)).toContain(JSON.stringify(host));
    }
    expect(sessions).toEqual([]);
  },
);

test.each(['localhost', 'LOCALHOST:1', '127.0.0.1:65535', '[::1]:8080'])('addressed to %j: served', async (host) => {
  const { port } = await served();
  expect(await ask(port, { headers: { host } })).toMatchObject({ status: 200 });
});

test('without a Host header: nothing', async () => {
  const { port } = await served();
  for (const version of ['1.0', '1.1']) {
    const socket = connect(port, '127.0.0.1');
    socket.end(`GET /.well-known/oauth-protected-resource HTTP/${version}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(version === '1.0' ? /^HTTP\/1.1 403 / : /^HTTP\/1.1 400 /);
  }
});

test.each(['https://evil.example', 'http://localhost', 'http://127.0.0.1:1', 'null', 'http://127.0.0.1.evil.example'])(
  'a page of %s: 403',
  async (origin) => {
    const { port, sessions } = await served({ allowedOrigins: ['https://app.example'] });
    const { status, headers, text } = await ask(port, { headers: { host: `127.0.0.1:${port}`, origin } });
    expect(status).toBe(403);
    expect(problem(text)).toContain(origin);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(sessions).toEqual([]);
  },
);

test('a page of the server itself, or of an origin that is allowed: served', async () => {
  const { port } = await served({ allowedOrigins: ['https://app.example'], publicUrl: 'https://mcp.example/mcp' });
  const host = `127.0.0.1:${port}`;
  for (const origin of [`http://${host}`, 'https://app.example', 'https://mcp.example']) {
    expect(await ask(port, { headers: { host, origin } })).toMatchObject({ status: 200 });
  }
});

test('a browser may ask beforehand, without a token, for an origin that is allowed', async () => {
  const { port } = await served({ allowedOrigins: ['https://app.example'] });
  const preflight = {
    origin: 'https://app.example',
    authorization: undefined,
    'access-control-request-method': 'POST',
  };
  const { status, headers } = await ask(port, { method: 'OPTIONS', headers: preflight });
  expect(status).toBe(204);
  expect(headers['access-control-allow-origin']).toBe('https://app.example');
  expect(headers['access-control-allow-headers']).toContain('Authorization');
  const answer = await ask(port, { headers: { origin: 'https://app.example' } });
  expect(answer.headers['access-control-expose-headers']).toContain('Mcp-Session-Id');
});

test('the resource metadata is for everyone', async () => {
  const authorizationServers = ['https://login.example'];
  const { port } = await served({ authorizationServers });
  for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp']) {
    const headers = { host: `localhost:${port}`, authorization: undefined };
    const { status, text } = await ask(port, { method: 'GET', path, headers });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      resource: `http://localhost:${port}/mcp`,
      authorization_servers: authorizationServers,
      bearer_methods_supported: ['header'],
      resource_name: 'Cofferdam',
    });
  }
});

test('behind a proxy, the metadata and the challenge name what clients know', async () => {
  const { port } = await served({ publicUrl: 'https://mcp.example/files/mcp' });
  const headers = { host: 'mcp.example', authorization: undefined };
  const refused = await ask(port, { headers });
  const where = 'https://mcp.example/.well-known/oauth-protected-resource/files/mcp';
  expect(refused.headers['www-authenticate']).toBe(`Bearer resource_metadata="${where}"`);
  const described = await ask(port, { method: 'GET', path: new URL(where).pathname, headers });
  expect(JSON.parse(described.text)).toMatchObject({ resource: 'https://mcp.example/files/mcp' });
});

test.each(['/', '/mcp/', '/mcp/../mcp', '/MCP', 'http://localhost/mcp', '*'])(
  '%s is not the endpoint: 404',
  async (path) => {
    const { port } = await served();
    expect(await ask(port, { path })).toMatchObject({ status: 404 });
  },
);

test('another method: 405', async () => {
  const { port } = await served();
  const { status, headers } = await ask(port, { method: 'PUT' });
  expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'POST, GET, DELETE' });
});

test.each([
  ['not JSON', 400, -32700, { body: '{"jsonrpc":' }],
  ['not JSON-RPC', 400, -32700, { body: '{"hello":"world"}' }],
  ['nothing', 400, -32700, { body: '' }],
  ['a form', 415, -32000, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' }],
  ['plain text, which pages may send unasked', 415, -32000, { headers: { 'content-type': 'text/plain' } }],
  ['for a client that reads no events', 406, -32000, { headers: { accept: 'application/json' } }],
  ['a batch of two initializations', 400, -32600, { body: `[${initialize},${initialize}]` }],
  ['a call without a session', 400, -32000, { body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' }],
])('%s: %i, in the form of a JSON-RPC error', async (_, status, code, request) => {
  const { port } = await served({ maxSessions: 1 });
  const answer = await ask(port, request);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code } });
  // It holds no session.
  await expect.poll(async () => (await ask(port)).status).toBe(200);
});

test.each([
  ['of a known length', {}],
  ['of an unknown length', { 'transfer-encoding': 'chunked' }],
])('a body of 5 MB %s: 413', async (_, headers) => {
  const { port } = await served({ maxSessions: 1 });
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { fill: 'x'.repeat(5e6) } });
  const { status, text } = await ask(port, { headers, body });
  expect(status).toBe(413);
  expect(JSON.parse(text).error.message).toContain('4194304 bytes');
  await expect.poll(async () => (await ask(port)).status).toBe(200);
});

test('headers that are too long: 431', async () => {
  const { port } = await served();
  expect(await ask(port, { headers: { 'x-long': 'x'.repeat(20_000) } })).toMatchObject({ status: 431 });
});

test.each(['', 'with space', 'ümlaut', 'a\r\nb', 'a,b'])('%j cannot be a token', async (bad) => {
  await expect(served({ token: bad })).rejects.toThrow('A token consists of');
  await expect(served({ token: [otherToken, bad] })).rejects.toThrow('A token consists of');
  await expect(served({ token: [] })).rejects.toThrow('There is no token.');
});

test('a port that is taken is told', async () => {
  const { port } = await served();
  await expect(served({ port })).rejects.toThrow('EADDRINUSE');
});

test('only an address that others can reach is warned of, unless a proxy with TLS is in front', async () => {
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  await served({ onWarning });
  await served({ onWarning, host: 'localhost' });
  await served({ onWarning, host: '0.0.0.0', publicUrl: 'https://mcp.example/mcp' });
  expect(warnings).toEqual([]);
  const { port } = await served({ onWarning, host: '0.0.0.0' });
  expect(warnings).toEqual([expect.stringContaining('put a proxy with TLS in front')]);
  expect(await ask(port, { headers: { host: 'evil.example' } })).toMatchObject({ status: 403 });
});

test('a server on all addresses answers to the one that it was reached at', async () => {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const { port } = await served({ host: addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0' });
  const own = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
  expect(await ask(port, { host: own, headers: { host: `${own}:${port}` } })).toMatchObject({ status: 200 });
  expect(await ask(port, { host: own, headers: { host: '192.0.2.1' } })).toMatchObject({ status: 403 });
});
