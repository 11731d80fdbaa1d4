// `cofferdam mcp NAME --http`: the tool servers over Streamable HTTP, from start to Ctrl-C.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { expect, onTestFinished, test } from 'vitest';
import { cofferdam, home, sandboxesOf } from '../support/cofferdam.js';
import { startServing } from '../support/serving.js';
import { repositoryWith } from '../support/workspaces.js';

const root = repositoryWith({ 'a.txt': 'first line\n' });

async function connected(url: string, token: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const headers = { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }) as Transport);
  onTestFinished(() => client.close());
  return client;
}

async function call(client: Client, name: string, input: Record<string, unknown> = {}): Promise<string> {
  const { content } = (await client.callTool({ name, arguments: input })) as CallToolResult;
  return content.map((block) => (block.type === 'text' ? block.text : block.type)).join('\n');
}

test('without a token one is made, printed once, and needed', async () => {
  const files = await startServing(['files', '--root', root], { COFFERDAM_HTTP_TOKEN: '' });
  const [, token = ''] = /^cofferdam: Bearer token: ([\w-]{43})$/m.exec(files.said()) ?? [];
  expect(await call(await connected(files.url, token), 'read_file', { path: 'a.txt' })).toContain('first line');
  await expect(connected(files.url, 'wrong')).rejects.toThrow('bearer token');
  expect(files.said().split(token)).toHaveLength(2);
  expect(await files.close()).toBe(0);
});

test('a token of the environment is not printed, and several may be given', async () => {
  const git = await startServing(['git', '--root', root], { COFFERDAM_HTTP_TOKEN: 'of-Ada, of-Bob' });
  for (const token of ['of-Ada', 'of-Bob']) {
    expect(await call(await connected(git.url, token), 'git_log')).toContain('first');
  }
  await expect(connected(git.url, 'of-Ada, of-Bob')).rejects.toThrow('bearer token');
  expect(git.said()).not.toContain('of-');
  expect(await git.close()).toBe(0);
});

test('all sessions of commands work on one copy, and it goes when the server does', async () => {
  const token = 'of-Ada';
  const env = { COFFERDAM_HTTP_TOKEN: token, COFFERDAM_HOME: home };
  const commands = await startServing(['commands', '--workspace', root], env);
  const [first, second] = await Promise.all([connected(commands.url, token), connected(commands.url, token)]);
  await call(first, 'run_command', { command: 'echo second line >> a.txt' });
  expect(await call(second, 'run_command', { command: 'cat a.txt' })).toContain('second line');
  await call(first, 'start_command', { command: 'sleep 1000' });
  expect(await call(second, 'list_commands')).not.toContain('sleep');
  expect(await commands.close()).toBe(0);
  expect(await sandboxesOf(root)).toEqual([]);
});

test.each([
  ['files --root . --http', 'argument missing'],
  ['files --root . --http x', '--http takes a port'],
  ['files --root . --http 65536', '--http takes a port'],
  ['files --root . --http 0 --public-url mcp.example.com', '--public-url takes a URL'],
  ['files --root . --http 0 --allow-origin https://app.example.com/', '--allow-origin takes an origin without a path'],
  ['files --root . --host 0.0.0.0', '--host is for --http PORT.'],
  ['files --sandbox 0123456789 --http 0', 'files --sandbox is served over stdio only.'],
])('cofferdam mcp %s: wrong usage', async (line, message) => {
  const { code, stdout, stderr } = await cofferdam(['mcp', ...line.split(' ')]);
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
});

test('a token that no request could bear is wrong usage', async () => {
  const env = { COFFERDAM_HTTP_TOKEN: 'not a token' };
  const { code, stderr } = await cofferdam(['mcp', 'files', '--root', root, '--http', '0'], { env });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('COFFERDAM_HTTP_TOKEN may hold letters'),
  });
});

test('a port that is taken is told, with what to do', async () => {
  const files = await startServing(['files', '--root', root], { COFFERDAM_HTTP_TOKEN: 'of-Ada' });
  const { port } = new URL(files.url);
  const { code, stderr } = await cofferdam(['mcp', 'files', '--root', root, '--http', port]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/EADDRINUSE.*Try --http 0/) });
  expect(await files.close()).toBe(0);
});
