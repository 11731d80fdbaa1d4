// The wall around the root, and names and folders that are meant to hurt.
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePath, encodePath } from '@cofferdam/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesClient } from './test-client.js';

const { at, call, text, refused, structured } = await filesClient();
const outside = await mkdtemp(join(tmpdir(), 'outside-'));

afterAll(() => rm(outside, { recursive: true }));
beforeAll(async () => {
  await writeFile(join(outside, 'secret'), 'CLASSIFIED');
  await symlink(outside, at('out'));
  await symlink(join(outside, 'secret'), at('file-out'));
  await symlink(join(outside, 'not-yet'), at('dangling'));
  await mkdir(at('.git'));
  await writeFile(at('.git/config'), 'token');
  await symlink('.git', at('innocent'));
  await writeFile(at('a'), 'a');
});

const everyTool = (path: string): [string, Record<string, unknown>][] => [
  ['read_file', { path }],
  ['write_file', { path, content: 'x' }],
  ['edit_file', { path, edits: [{ old_text: 'CLASSIFIED', new_text: 'x' }] }],
  ['list_directory', { path }],
  ['tree', { path }],
  ['glob', { path, pattern: '*' }],
  ['grep', { path, pattern: 'CLASS' }],
  ['make_directory', { path }],
];

describe.each(['..', '/etc/passwd', 'out/secret', 'file-out', 'dangling', 'out/new/file'])('%s is outside', (path) => {
  test.each(everyTool(path))('%s', async (name, args) => {
    expect(await refused(name, args)).toMatchObject({ code: 'path-outside' });
  });
});

describe.each(['.git', '.git/config', 'innocent/config', 'sub/.GIT/hooks/x'])('%s is Git’s own', (path) => {
  test.each([
    ...everyTool(path),
    ['delete', { path }] as const,
    ['move', { from: path, to: 'b' }] as const,
    ['move', { from: 'a', to: path }] as const,
    ['stat', { path }] as const,
  ])('%s', async (name, args) => {
    expect(await refused(name, args)).toMatchObject({ code: 'git-folder' });
  });
});

test('nothing outside was changed', async () => {
  expect(await readdir(outside)).toEqual(['secret']);
  expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('CLASSIFIED');
});

test.each([
  ['delete', { path: '.', recursive: true }],
  ['move', { from: '.', to: 'b' }],
  ['delete', { path: '', recursive: true }],
])('%s of the root itself is refused', async (name, args) => {
  expect(await refused(name, args)).toMatchObject({ code: 'is-root' });
});

test('delete and move act on what a path through a link leads to only inside', async () => {
  expect(await refused('delete', { path: 'out/secret' })).toMatchObject({ code: 'path-outside' });
  expect(await refused('move', { from: 'out/secret', to: 'stolen' })).toMatchObject({ code: 'path-outside' });
  expect(await refused('move', { from: 'a', to: 'out/a' })).toMatchObject({ code: 'path-outside' });
});

describe('unusual names', () => {
  const names: [string, Buffer][] = [
    ['a line break', Buffer.from('two\nlines')],
    ['quotes', Buffer.from('"it\'s"\\')],
    ['emoji', Buffer.from('🚧 work.txt')],
    ['a leading dash', Buffer.from('-rf')],
    ['Latin-1', Buffer.from('caf\xe9.txt', 'latin1')],
    ['broken UTF-8', Buffer.from([0x61, 0xf0, 0x9f, 0xff])],
  ];

  test.each(names)('%s can be listed, read, searched, edited, moved and deleted', async (_, bytes) => {
    const name = decodePath(bytes);
    const folder = encodePath(at('names/'));
    await mkdir(folder, { recursive: true });
    await writeFile(Buffer.concat([folder, bytes]), 'hello\n');
    const path = `names/${name}`;
    expect(await structured('list_directory', { path: 'names' })).toMatchObject({
      entries: [{ name, kind: 'file', size: 6 }],
    });
    expect(await structured('glob', { pattern: '*', path: 'names' })).toMatchObject({ paths: [path] });
    expect(await structured('grep', { pattern: 'hello', path: 'names' })).toMatchObject({
      matches: [{ path, line: 1 }],
    });
    expect(await text('read_file', { path })).toBe('1\thello');
    await text('edit_file', { path, edits: [{ old_text: 'hello', new_text: 'bye' }] });
    await text('move', { from: path, to: `${path}.2` });
    expect(await text('read_file', { path: `${path}.2` })).toBe('1\tbye');
    await text('delete', { path: `${path}.2` });
    expect(await readdir(folder)).toEqual([]);
  });

  test('what stands between the quotes of a shown name is the argument', async () => {
    await writeFile(Buffer.concat([encodePath(at('')), Buffer.from('/tab\t\xe9', 'latin1')]), 'found');
    const shown = (await text('list_directory', {})).split('\n').find((line) => line.includes('tab')) ?? '';
    const path = JSON.parse(shown.slice(0, shown.lastIndexOf('"') + 1));
    expect(await text('read_file', { path })).toBe('1\tfound');
  });

  test('a folder whose name is not UTF-8 is deleted with everything in it', async () => {
    const folder = Buffer.concat([encodePath(at('')), Buffer.from('/d\xe9/\xe8', 'latin1')]);
    await mkdir(folder, { recursive: true });
    await text('delete', { path: decodePath(Buffer.from('d\xe9', 'latin1')), recursive: true });
    expect(await refused('stat', { path: decodePath(Buffer.from('d\xe9', 'latin1')) })).toMatchObject({
      code: 'not-found',
    });
  });

  test('a link cannot hide behind a name that is not UTF-8', async () => {
    const name = Buffer.from('l\xff', 'latin1');
    await symlink(outside, Buffer.concat([encodePath(at('')), Buffer.from('/'), name]));
    for (const [tool, args] of everyTool(`${decodePath(name)}/secret`)) {
      expect(await refused(tool, args)).toMatchObject({ code: 'path-outside' });
    }
  });

  test('a folder that is not UTF-8 cannot stand for a link whose name looks like it as text', async () => {
    await mkdir(Buffer.concat([encodePath(at('')), Buffer.from('/t\xff', 'latin1')]));
    await symlink(outside, at('t\ufffd'));
    await symlink(Buffer.from('t\xff', 'latin1'), at('trick'));
    for (const [tool, args] of everyTool('trick/secret')) {
      expect(JSON.stringify(await call(tool, args))).not.toContain('CLASSIFIED');
    }
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('CLASSIFIED');
  });
});

test('a folder of 200,000 files is listed a page at a time', async () => {
  await mkdir(at('big'));
  for (let i = 0; i < 200_000; i++) writeFileSync(at(`big/${String(i).padStart(6, '0')}`), '');
  expect(await structured('list_directory', { path: 'big' })).toMatchObject({ total: 200_000, next_offset: 500 });
  expect(await text('list_directory', { path: 'big', offset: 199_999 })).toBe('199999  0 B');
  expect(await structured('glob', { path: 'big', pattern: '*', offset: 199_500 })).toMatchObject({
    total: 200_000,
    next_offset: null,
  });
  expect(await text('tree', { path: 'big' })).toContain('... 199950 more');
  expect(await text('delete', { path: 'big', recursive: true })).toBe('Deleted big/.');
}, 120_000);
