// Against the real files and git servers.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFilesServer, createGitServer } from '@cofferdam/mcp-servers';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { expect, onTestFinished, test } from 'vitest';
import { openToolbox } from '../../mcp/index.js';
import { type Workspace, workspaceOf } from './workspace.js';

const signal = new AbortController().signal;

async function workspaceWith(files: Record<string, string | Buffer>): Promise<Workspace> {
  const root = mkdtempSync(join(tmpdir(), 'cofferdam-workspace-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  execFileSync('git', ['init', '--quiet', '--initial-branch=trunk', root]);
  const servers = { files: createFilesServer({ root }), git: createGitServer({ root }) };
  const connections = Object.entries(servers).map(async ([name, server]) => {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await server.connect(theirs);
    return { name, transport: ours };
  });
  const toolbox = await openToolbox(await Promise.all(connections), signal);
  onTestFinished(() => toolbox.close());
  return workspaceOf(toolbox, signal);
}

test('reads, lists and finds as the servers do', async () => {
  const text = 'one\n\n1\tnumbered\n[Lines 1-2 of 3.]\n';
  const workspace = await workspaceWith({ 'AGENTS.md': text, 'src/a.ts': '', 'src/b.go': '', 'x y': '' });
  expect(await workspace.read('AGENTS.md')).toBe(text);
  expect(await workspace.read('absent')).toBeNull();
  expect(await workspace.read('src')).toBeNull();
  expect(await workspace.read('../../etc/passwd')).toBeNull();
  expect(await workspace.list('.')).toEqual(['.git/', 'AGENTS.md', 'src/', 'x y']);
  expect(await workspace.list('absent')).toEqual([]);
  expect(await workspace.find('*.{ts,go}')).toEqual({ paths: ['src/a.ts', 'src/b.go'], total: 2 });
  expect(await workspace.branch()).toBe('trunk');
});

test('an image, and an empty file, are no text', async () => {
  const png = Buffer.from('iVBORw0KGgo=', 'base64');
  const workspace = await workspaceWith({ 'AGENTS.md': '', 'a.png': png });
  expect(await workspace.read('AGENTS.md')).toBe('');
  expect(await workspace.read('a.png')).toBeNull();
});

test('where there are no such servers there is nothing', async () => {
  const workspace = workspaceOf(await openToolbox([], signal), signal);
  expect(await workspace.read('AGENTS.md')).toBeNull();
  expect(await workspace.list('.')).toEqual([]);
  expect(await workspace.find('*.{ts}')).toEqual({ paths: [], total: 0 });
  expect(await workspace.branch()).toBeNull();
});
