import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { moveTree } from './move-tree.js';

const folder = await mkdtemp(join(tmpdir(), 'move-'));
afterAll(() => rm(folder, { recursive: true }));

test.runIf(existsSync('/dev/shm'))('a folder moves to another device, with links, modes and any name', async () => {
  const from = await mkdtemp('/dev/shm/move-');
  const to = join(folder, 'moved');
  await mkdir(join(from, 'sub'));
  await writeFile(join(from, 'sub/run.sh'), '#!/bin/sh\n');
  await chmod(join(from, 'sub/run.sh'), 0o755);
  await symlink('nowhere', join(from, 'link'));
  await writeFile(Buffer.concat([Buffer.from(`${from}/`), Buffer.from([0xff])]), '');

  await moveTree(Buffer.from(from), Buffer.from(to));

  expect(existsSync(from)).toBe(false);
  expect((await readdir(Buffer.from(to), { encoding: 'latin1' })).sort()).toEqual(['link', 'sub', '\xff']);
  expect(await readFile(join(to, 'sub/run.sh'), 'utf8')).toBe('#!/bin/sh\n');
  expect((await stat(join(to, 'sub/run.sh'))).mode & 0o777).toBe(0o755);
  expect(await readlink(join(to, 'link'))).toBe('nowhere');
});

test.runIf(existsSync('/dev/shm'))('what cannot be copied stays where it is', async () => {
  const from = await mkdtemp('/dev/shm/move-');
  execFileSync('mkfifo', [join(from, 'fifo')]);
  const to = join(folder, 'fifo');
  await expect(moveTree(Buffer.from(join(from, 'fifo')), Buffer.from(to))).rejects.toThrow('EXDEV');
  expect(await readdir(from)).toEqual(['fifo']);
  await rm(from, { recursive: true });
});
