// The program as the tools container runs it: one bundled file, spoken to over stdin and stdout.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { WorkspaceReader } from '../changes/reader.js';
import { copyOf, workspaceOf } from './testing.js';

async function start(...args: string[]) {
  const program = join(workspaceOf(''), 'workspace.mjs');
  const entryPoints = [fileURLToPath(new URL('./main.ts', import.meta.url))];
  await build({ entryPoints, outfile: program, bundle: true, platform: 'node', format: 'esm' });
  const child = spawn(process.execPath, [program, ...args], { stdio: 'pipe' });
  return { child, ended: once(child, 'exit') };
}

test('answers until its stdin ends', async () => {
  const copy = copyOf('plain', 'echo a > a');
  copy.edit('echo b > b');
  const { child, ended } = await start('--workspace', copy.workspace, '--lower', copy.lower);
  const reader = new WorkspaceReader({ input: child.stdin, output: child.stdout });
  expect((await reader.changes()).changes).toMatchObject([{ kind: 'added', path: 'b' }]);
  reader.close();
  expect(await ended).toEqual([0, null]);
});

test('an inside that is killed fails the request', async () => {
  const copy = copyOf('plain', 'truncate -s 5G huge');
  const { child } = await start('--workspace', copy.workspace, '--lower', copy.lower);
  const reader = new WorkspaceReader({ input: child.stdin, output: child.stdout });
  const reading = reader.read('huge', 'new');
  await once(reading, 'readable');
  child.kill('SIGKILL');
  await expect(reading.toArray()).rejects.toMatchObject({ code: 'runner-lost' });
});

test('names what it needs', async () => {
  const { child, ended } = await start('--workspace', '/');
  expect(await text(child.stderr)).toBe('usage: workspace.mjs --workspace DIR --lower DIR [--upper DIR | --restore]\n');
  expect(await ended).toEqual([2, null]);
});
