// `cofferdam mcp`: the tool servers with any MCP client.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { expect, onTestFinished, test } from 'vitest';
import { cofferdam, home, program, sandboxesOf } from '../support/cofferdam.js';
import { git, repositoryWith } from '../support/workspaces.js';

const root = repositoryWith({ 'a.txt': 'first line\n' });

async function connected(...args: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const env = { COFFERDAM_HOME: home, ...(process.env['DOCKER_HOST'] && { DOCKER_HOST: process.env['DOCKER_HOST'] }) };
  const server = { command: process.execPath, args: [program, 'mcp', ...args], env, stderr: 'ignore' as const };
  await client.connect(new StdioClientTransport(server));
  onTestFinished(() => client.close());
  return client;
}

const toolsOf = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);

async function call(client: Client, name: string, input: Record<string, unknown> = {}): Promise<string> {
  const { content } = (await client.callTool({ name, arguments: input })) as CallToolResult;
  return content.map((block) => (block.type === 'text' ? block.text : block.type)).join('\n');
}

test('files --root works on a folder of this machine, and stays in it', async () => {
  const files = await connected('files', '--root', root);
  expect(await toolsOf(files)).toEqual(
    expect.arrayContaining(['read_file', 'write_file', 'edit_file', 'grep', 'stat']),
  );
  expect(await call(files, 'read_file', { path: 'a.txt' })).toContain('first line');
  expect(await call(files, 'read_file', { path: '../../etc/passwd' })).toContain('leads outside of');
});

test('git --root answers about the repository of this machine', async () => {
  const server = await connected('git', '--root', root);
  expect(await toolsOf(server)).toEqual(expect.arrayContaining(['git_status', 'git_diff', 'git_log', 'git_commit']));
  expect(await call(server, 'git_log')).toContain('first');
});

test('commands --workspace runs in a sandbox of its own, which goes when the client does', async () => {
  const commands = await connected('commands', '--workspace', root);
  expect(await toolsOf(commands)).toEqual(expect.arrayContaining(['run_command', 'start_command', 'read_output']));
  expect(await call(commands, 'run_command', { command: 'cat a.txt; rm a.txt' })).toContain('first line');
  expect(await sandboxesOf(root)).toHaveLength(1);
  await commands.close();
  expect(await sandboxesOf(root)).toEqual([]);
  expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('first line\n');
});

test('--sandbox serves one copy to all three, and leaves it as it was found', async () => {
  const id = (await cofferdam(['sandbox', 'open', '--workspace', root])).stdout.trimEnd();
  const processes = () =>
    execFileSync('docker', ['top', `cofferdam-${id}-tools`, '-o', 'pid,args'], { encoding: 'utf8' });
  const before = processes();
  const [files, server, commands] = (await Promise.all(
    ['files', 'git', 'commands'].map((name) => connected(name, '--sandbox', id)),
  )) as [Client, Client, Client];
  await call(files, 'write_file', { path: 'b.txt', content: 'second\n' });
  expect(await call(commands, 'run_command', { command: 'cat b.txt' })).toContain('second');
  expect(await call(server, 'git_status')).toContain('b.txt');
  await Promise.all([files.close(), server.close(), commands.close()]);
  await expect.poll(processes).toBe(before);
  expect((await cofferdam(['sandbox', 'changes', id])).stdout).toBe('A b.txt\n');
  expect(git(root, 'status', '--short')).toBe('');
});

test.each(['sandbox', 'files', 'git', 'commands'])(
  '%s --ahead ends in good order when it is never told anything',
  async (name) => {
    expect(await cofferdam(['mcp', name, '--ahead'])).toEqual({ code: 0, stdout: '', stderr: '' });
  },
);

test('--ahead takes its arguments from the first line, and what comes after it is the server’s', async () => {
  const first = { jsonrpc: '2.0', method: 'cofferdam/arguments', params: { arguments: ['--checkpoints', '/nowhere'] } };
  const clientInfo = { name: 'test', version: '1' };
  const second = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  const lines = [first, { jsonrpc: '2.0', id: 1, method: 'initialize', params: second }];
  const input = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const told = await cofferdam(['mcp', 'sandbox', '--ahead'], { input });
  expect(JSON.parse(told.stdout)).toMatchObject({ id: 1, result: { serverInfo: { name: 'cofferdam-sandbox' } } });
  const nonsense = await cofferdam(['mcp', 'sandbox', '--ahead'], { input: '{}\n' });
  expect(nonsense).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--ahead waits for a line') });
});
