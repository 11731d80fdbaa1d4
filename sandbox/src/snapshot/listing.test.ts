import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { findRecords } from './find.js';
import { compare, contents, deserialise, isUntouched, list, serialise } from './listing.js';
import { walkRecords } from './walk.js';
import type { Source } from './workspace.js';

let root: string;
let sources: Source[];

beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'listing-')));
  sources = [{ path: root, target: '', skip: (path) => path === 'skipped' }];
  mkdirSync(join(root, 'folder/inner'), { recursive: true });
  writeFileSync(join(root, 'folder/file'), 'content');
  writeFileSync(join(root, 'other'), 'x');
  mkdirSync(join(root, 'skipped'));
  await setTimeout(50);
});

const at = (path: string) => join(root, path);
const now = async () => contents(sources, await list(sources));

describe('a difference', () => {
  test.each<[string, () => void, string[], string[]]>([
    ['a new file', () => writeFileSync(at('new'), ''), ['new'], []],
    ['an edit that keeps size and time', () => editKeepingTime('folder/file', 'CONTENT'), ['folder/file'], []],
    ['a mode', () => chmodSync(at('other'), 0o755), ['other'], []],
    ["a folder's mode", () => chmodSync(at('folder'), 0o700), ['folder'], []],
    [
      'a removed folder',
      () => rmSync(at('folder'), { recursive: true }),
      [],
      ['folder', 'folder/file', 'folder/inner'],
    ],
    ['a move', () => renameSync(at('other'), at('moved')), ['moved'], ['other']],
    ['a file that became a folder', () => fileToFolder('other'), ['other'], ['other']],
    ['a link', () => symlinkSync('other', at('link')), ['link'], []],
    ['something skipped', () => writeFileSync(at('skipped/new'), ''), [], []],
  ])('is found: %s', async (_, act, changed, removed) => {
    const { quietSince } = await now();
    const before = await now();
    act();
    const difference = compare(sources, before, await now());
    expect(difference ?? { changed: [[]], removed: [] }).toEqual({
      changed: [changed],
      removed: expect.arrayContaining(removed),
    });
    expect(difference?.removed.length ?? 0).toBe(removed.length);
    expect(await isUntouched(sources, quietSince ?? '')).toBe(false);
  });

  test('is none when nothing happened', async () => {
    const before = await now();
    expect(compare(sources, before, await now())).toBeUndefined();
    expect(await isUntouched(sources, before.quietSince ?? '')).toBe(true);
  });

  test('cannot be ruled out for a file written in the very tick of the listing', async () => {
    writeFileSync(at('other'), 'y');
    const before = await now();
    expect(before.quietSince).toBeUndefined();
    expect(compare(sources, before, await now())?.changed).toEqual([['other']]);
  });

  function editKeepingTime(path: string, text: string): void {
    writeFileSync(at(path), 'content');
    utimesSync(at(path), 1, 1);
    writeFileSync(at(path), text);
    utimesSync(at(path), 1, 1);
  }

  function fileToFolder(path: string): void {
    rmSync(at(path));
    mkdirSync(at(path));
  }
});

test('names of any bytes survive a listing and its file', async () => {
  writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.of(0xe9)]), '');
  writeFileSync(at('new\nline "é" 🚧'), '');
  const [entries] = contents(sources, deserialise(serialise(await list(sources)))).entries;
  expect([...(entries?.keys() ?? [])]).toEqual(expect.arrayContaining(['caf\udce9', 'new\nline "é" 🚧']));
});

test('what cannot be copied is named', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  expect((await now()).skipped).toEqual([{ path: 'pipe', reason: 'not a file, folder or link' }]);
});

test('a folder that may not be read is named and left out', () => {
  const records = Buffer.from('locked\0d 700 4096 1.0 1.0 7\0locked\0! 0 0 0 0 0\0');
  const found = contents(sources, [{ source: '', startedAt: 2, records }]);
  expect(found.skipped).toEqual([{ path: 'locked', reason: 'unreadable' }]);
  expect([...(found.entries[0]?.keys() ?? [])]).toEqual([]);
});

test('find and the walk in Node see the same entries', async () => {
  symlinkSync('nowhere', at('link'));
  const essence = (records: Buffer | undefined) =>
    contents(sources, [{ source: '', startedAt: 0, records: records ?? Buffer.alloc(0) }]).entries.map((entries) =>
      [...entries].map(([path, { kind }]) => [path, kind]).sort(),
    );
  expect(essence(await walkRecords(root))).toEqual(essence(await findRecords(root)));
});
