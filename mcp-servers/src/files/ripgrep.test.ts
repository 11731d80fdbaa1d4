import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { maxRecord, ripgrep } from './ripgrep.js';

const cwd = await mkdtemp(join(tmpdir(), 'ripgrep-'));
afterAll(() => rm(cwd, { recursive: true }));
const search = (args: string[], signal = new AbortController().signal) =>
  ripgrep({ args, cwd, separator: '\n', signal });

test('aborting ends a search that would never end', async () => {
  execFileSync('mkfifo', [join(cwd, 'fifo')]);
  const stop = new AbortController();
  const first = search(['--regexp=x', '--', './fifo'], stop.signal).next();
  stop.abort();
  await expect(first).rejects.toThrow('aborted');
});

test('a record is cut at its limit, and the next one is whole', async () => {
  await writeFile(join(cwd, 'wide'), `${'x'.repeat(3 * maxRecord)}\nxy\n`);
  const records = [];
  for await (const record of search(['--no-filename', '--regexp=x', '--', './wide'])) records.push(record);
  expect(records.map((record) => record.length)).toEqual([maxRecord, 2]);
});
