import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { findWorkspace } from './workspace.js';

let folder: string;
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'protocol.file.allow=always', ...args], {
    cwd,
    stdio: 'pipe',
  });

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'workspace-')));
});

async function repository(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  git(path, 'init', '-q');
  await writeFile(join(path, 'a.txt'), 'a');
  git(path, 'add', '.');
  git(path, 'commit', '-qm', 'a');
  return path;
}

test('a folder without Git is its own root', async () => {
  expect(await findWorkspace(folder)).toMatchObject({ root: folder, folder: '', gathered: false });
});

test('a subfolder belongs to the repository around it', async () => {
  const root = await repository('repo');
  await mkdir(join(root, 'packages/app'), { recursive: true });
  expect(await findWorkspace(join(root, 'packages/app'))).toMatchObject({ root, folder: 'packages/app' });
});

test("a linked worktree brings the main repository's data and its own", async () => {
  const root = await repository('repo');
  git(root, 'worktree', 'add', '-q', '../tree');
  const { sources, gathered } = await findWorkspace(join(folder, 'tree'));
  expect(gathered).toBe(true);
  expect(sources.map(({ path, target }) => [path, target])).toEqual([
    [join(folder, 'tree'), ''],
    [join(root, '.git'), '.git'],
    [join(root, '.git/worktrees/tree'), '.git'],
  ]);
  expect(sources[0]?.skip('.git')).toBe(true);
  expect(sources[1]?.skip('worktrees/tree/HEAD')).toBe(true);
});

test('a submodule is a workspace of its own', async () => {
  const inner = await repository('inner');
  const outer = await repository('outer');
  git(outer, 'submodule', '--quiet', 'add', inner, 'inner');
  const { root, sources } = await findWorkspace(join(outer, 'inner'));
  expect(root).toBe(join(outer, 'inner'));
  expect(sources[1]?.path).toBe(join(outer, '.git/modules/inner'));
});

test('objects borrowed from another repository are brought along', async () => {
  const lender = await repository('lender');
  git(folder, 'clone', '-q', '--shared', lender, 'borrower');
  const { sources } = await findWorkspace(join(folder, 'borrower'));
  expect(sources[0]?.skip('.git/objects/info/alternates')).toBe(true);
  expect(sources[1]).toMatchObject({ path: join(lender, '.git/objects'), target: '.git/objects' });
});

test.each([
  ['/', 'a whole disk'],
  [homedir(), 'a whole home folder'],
  ['/no/such/folder', 'does not exist'],
  ['/etc/hostname', 'is not a folder'],
])('%s is refused: it is %s', async (path, reason) => {
  await expect(findWorkspace(path)).rejects.toThrow(reason);
});

test('a .git file that leads nowhere is named', async () => {
  await writeFile(join(folder, '.git'), 'gitdir: /no/such/place\n');
  await expect(findWorkspace(folder)).rejects.toMatchObject({
    code: 'workspace-unusable',
    remedy: expect.stringContaining('git worktree repair'),
  });
});
