import { lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { filesClient } from './test-client.js';

const { at, text, refused, structured } = await filesClient();

test('move renames, and makes missing folders', async () => {
  await writeFile(at('a'), 'A');
  expect(await text('move', { from: 'a', to: 'x/y/b' })).toBe('Moved a to x/y/b.');
  expect(await readFile(at('x/y/b'), 'utf8')).toBe('A');
});

test('move replaces a file only when told to, and a folder never', async () => {
  await writeFile(at('from'), 'new');
  await writeFile(at('to'), 'old');
  expect(await refused('move', { from: 'from', to: 'to' })).toMatchObject({ code: 'exists' });
  await text('move', { from: 'from', to: 'to', overwrite: true });
  expect(await readFile(at('to'), 'utf8')).toBe('new');
  expect(await refused('move', { from: 'to', to: 'x', overwrite: true })).toMatchObject({ code: 'exists' });
});

test('move says when there is nothing to move, and makes no folder for it', async () => {
  expect(await refused('move', { from: 'nothing', to: 'fresh/b' })).toMatchObject({ code: 'not-found' });
  expect(await refused('stat', { path: 'fresh' })).toMatchObject({ code: 'not-found' });
});

test('a folder cannot move into itself', async () => {
  await mkdir(at('self'));
  expect(await refused('move', { from: 'self', to: 'self/inner' })).toMatchObject({ code: 'bad-path' });
});

test('links are moved, looked at and deleted themselves, even those that lead out', async () => {
  await symlink('/etc/passwd', at('out'));
  await text('move', { from: 'out', to: 'moved' });
  expect(await readlink(at('moved'))).toBe('/etc/passwd');
  expect(await structured('stat', { path: 'moved' })).toMatchObject({ kind: 'link', target: '/etc/passwd' });
  expect(await text('delete', { path: 'moved' })).toBe('Deleted moved.');
  expect((await lstat('/etc/passwd')).isFile()).toBe(true);
});

test('delete takes a full folder only when told to', async () => {
  await mkdir(at('full/inner'), { recursive: true });
  await symlink('/etc', at('full/inner/out'));
  expect(await refused('delete', { path: 'full' })).toMatchObject({ code: 'not-empty' });
  expect(await text('delete', { path: 'full', recursive: true })).toBe('Deleted full/.');
  expect((await lstat('/etc')).isDirectory()).toBe(true);
});

test('delete says when there is nothing', async () => {
  expect(await refused('delete', { path: 'nothing' })).toMatchObject({ code: 'not-found' });
});

test('make_directory makes all folders, and says when they were there', async () => {
  expect(await text('make_directory', { path: 'p/q/r' })).toBe('Made p/q/r/.');
  expect(await text('make_directory', { path: 'p/q/r' })).toBe('p/q/r/ was there already.');
});

test('stat tells what a path is', async () => {
  await writeFile(at('s.txt'), '12345', { mode: 0o640 });
  expect(await structured('stat', { path: 's.txt' })).toMatchObject({
    path: 's.txt',
    kind: 'file',
    size: 5,
    mode: '0640',
  });
  expect(await structured('stat', { path: '.' })).toMatchObject({ path: '.', kind: 'directory' });
});
