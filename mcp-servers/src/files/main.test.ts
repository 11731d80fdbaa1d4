// The program itself, as a client starts it: as `npm run build` bundles it, over stdio.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../../images/tools/bundle/files.mjs', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'files-main-'));

beforeAll(() => writeFile(join(folder, 'hello.txt'), 'hello\n'));
afterAll(() => rm(folder, { recursive: true }));

async function started(): Promise<Client> {
  const client = new Client({ name: 'test', version: '0' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [program, '--root', folder] }));
  return client;
}

test('it lists its tools within the budget of 3,500 tokens, none of which reaches outside', async () => {
  const client = await started();
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(
    'read_file write_file edit_file list_directory tree glob grep move delete make_directory stat'.split(' '),
  );
  expect(JSON.stringify(tools).length / 4).toBeLessThan(3500);
  for (const { annotations } of tools) expect(annotations).toMatchObject({ openWorldHint: false });
  await client.close();
});

test('it reads, edits and searches', async () => {
  const client = await started();
  const call = async (name: string, args: object) => (await client.callTool({ name, arguments: { ...args } })).content;
  expect(await call('read_file', { path: 'hello.txt' })).toEqual([{ type: 'text', text: '1\thello' }]);
  expect(await call('edit_file', { path: 'hello.txt', edits: [{ old_text: 'hello', new_text: 'good bye' }] })).toEqual([
    { type: 'text', text: 'Edited hello.txt.\n@@ -1,1 +1,1 @@\n-hello\n+good bye' },
  ]);
  expect(await call('grep', { pattern: 'bye', glob: '*.txt' })).toEqual([
    { type: 'text', text: 'hello.txt\n1: good bye' },
  ]);
  await client.close();
});

test('it ends when its stdin ends', async () => {
  const child = spawn(process.execPath, [program, '--root', folder], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('without ripgrep a search says how to get it', async () => {
  const client = new Client({ name: 'test', version: '0' });
  const args = [program, '--root', folder];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env: { PATH: folder } }));
  const result = await client.callTool({ name: 'grep', arguments: { pattern: 'x' } });
  expect(result).toMatchObject({ isError: true, _meta: { 'cofferdam/error': 'no-ripgrep' } });
  await client.close();
});

test.each([
  [[], '--root is missing.'],
  [['--root', '/no/such/folder'], '/no/such/folder is not a folder.'],
  [['--root', program], 'is not a folder.'],
  [['--rot', '.'], "Unknown option '--rot'"],
])('%j is wrong usage', (args, words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr).toContain('Usage: files --root DIR');
});
