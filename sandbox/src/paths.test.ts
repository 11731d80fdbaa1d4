import { mkdir, mkdtemp, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkRelativePath, decodePath, encodePath, resolveInside } from './paths.js';

describe('file names as text', () => {
  test.each([
    ['plain', Buffer.from('src/a.ts')],
    ['UTF-8', Buffer.from('déjà/🚧\n"quoted"')],
    ['Latin-1', Buffer.from([0x63, 0x61, 0x66, 0xe9])],
    ['cut sequence, overlong and surrogate', Buffer.from([0xf0, 0x9f, 0x2f, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xff])],
    ['a real replacement character beside a bad byte', Buffer.from([0xef, 0xbf, 0xbd, 0xfe])],
  ])('%s survive the way there and back through JSON', (_, bytes) => {
    expect(encodePath(JSON.parse(JSON.stringify(decodePath(bytes))))).toEqual(bytes);
  });
});

describe('paths from a sandbox', () => {
  test('are normalised', () => expect(checkRelativePath('./src//a.ts')).toBe('src/a.ts'));

  test.each([
    ['/etc/passwd', 'absolute'],
    ['a/../../b', 'climbs'],
    ['', 'names no file'],
    ['a\0b', 'NUL'],
    ['.git/config', '.git'],
    ['sub/.GIT/hooks/pre-commit', '.git'],
    ['git~1/config', '.git'],
    ['.g\u200cit/config', '.git'],
    ['.git. /config', '.git'],
    ['.git::$INDEX_ALLOCATION/config', '.git'],
  ])('%j is refused: %s', (path, reason) => expect(() => checkRelativePath(path)).toThrow(reason));

  test.each(['.gitignore', '.github/workflows/ci.yml', 'git/x'])('%s is allowed', (path) =>
    expect(checkRelativePath(path)).toBe(path),
  );
});

describe('resolving inside a root', async () => {
  const outside = await realpath(await mkdtemp(join(tmpdir(), 'outside-')));
  const root = join(outside, 'root');
  await mkdir(join(root, 'src'), { recursive: true });
  await writeFile(join(root, 'src/a.ts'), '');
  await symlink('src', join(root, 'inner'));
  await symlink('..', join(root, 'up'));
  await symlink('../not-there', join(root, 'dangling'));
  await symlink('loop', join(root, 'loop'));

  test.each(['src/a.ts', 'inner/a.ts', join(root, 'src/a.ts'), 'src/../src/a.ts'])('%s is found', async (path) =>
    expect(await resolveInside(root, path)).toBe(join(root, 'src/a.ts')),
  );
  test('a path that is not there yet is resolved', async () =>
    expect(await resolveInside(root, 'inner/new/b.ts')).toBe(join(root, 'src/new/b.ts')));
  test.each(['../x', 'up/x', 'dangling', '/etc/passwd', `${root}-beside`])('%s is refused', async (path) =>
    expect(resolveInside(root, path)).rejects.toMatchObject({
      code: 'path-outside',
    }),
  );
  test('links are followed by their bytes, whatever text these make', async () => {
    const name = (text: string) => Buffer.concat([Buffer.from(`${root}/${text}`), Buffer.of(0xff)]);
    await mkdir(name('folder'));
    await symlink('..', join(root, 'folder\ufffd'));
    await symlink(name('folder'), join(root, 'to-bytes'));
    await symlink('..', name('out'));
    expect(await resolveInside(root, 'to-bytes/x')).toBe(join(root, 'folder\udcff/x'));
    await expect(resolveInside(root, 'out\udcff/x')).rejects.toMatchObject({ code: 'path-outside' });
  });
  test('a link can stand for itself', async () =>
    expect(await resolveInside(root, 'dangling', { followLast: false })).toBe(join(root, 'dangling')));
  test('a link that leads to itself is an error', async () =>
    expect(resolveInside(root, 'loop')).rejects.toThrow('ELOOP'));
});
