// The program as `npm run build` bundles it, as any MCP client starts it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, test } from 'vitest';
import { caller, repository } from './testing.js';

const program = fileURLToPath(new URL('../../../images/tools/bundle/git.mjs', import.meta.url));

test('serves over stdio', async () => {
  const root = repository();
  const client = new Client({ name: 'test', version: '0' });
  const args = [program, '--root', root];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'pipe' }));
  expect((await caller(client)('git_status')).text).toBe('On branch main.\nNothing changed.');
  await client.close();
});

test('ends when its input ends', () => {
  const { status } = spawnSync(process.execPath, [program, '--root', repository()], { input: '' });
  expect(status).toBe(0);
});

test.each([
  [[], '--root is missing'],
  [['--root', '/not/there'], '/not/there does not exist'],
  [['--rot', '/'], "Unknown option '--rot'"],
])('%j is wrong usage', (args, message) => {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain('Usage: git --root DIR');
});
