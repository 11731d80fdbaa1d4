import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { folderWith, git, opened, repositoryWith, sh } from '../support/workspaces.js';

const files = {
  'edit.txt': 'one\ntwo\nthree\n',
  'remove.txt': 'removed',
  'move.txt': 'a file that moves keeps its content\n',
  'run.sh': '#!/bin/sh\n',
  'folder/a': 'a',
  'folder/b': 'b',
  'picture.bin': Buffer.from([0, 1, 2, 3]),
  '.gitignore': 'build/\n',
  'build/old.js': 'old',
};
const EVERY_KIND = `sed -i s/two/2/ edit.txt; rm remove.txt; mv move.txt moved.txt; chmod +x run.sh; rm -r folder
  printf '\\000\\001\\377' > picture.bin; ln -s edit.txt link; echo new > 'odd "name"'; echo x > build/new.js
  mkdir empty; mkfifo pipe; touch -d 2001-01-01 .gitignore`;

describe('changes', () => {
  test('tells each kind, passes over what Git ignores, and names what it cannot read', async () => {
    const sandbox = await opened(repositoryWith(files));
    await sh(sandbox, EVERY_KIND);
    const { changes, ignored, skipped } = await sandbox.changes();
    expect(
      changes.map(({ kind, path, from, binary }) => [
        kind,
        path,
        ...(from ? [from] : []),
        ...(binary ? ['binary'] : []),
      ]),
    ).toEqual([
      ['modified', 'edit.txt'],
      ['deleted', 'folder/a'],
      ['deleted', 'folder/b'],
      ['symlink', 'link'],
      ['renamed', 'moved.txt', 'move.txt'],
      ['added', 'odd "name"'],
      ['modified', 'picture.bin', 'binary'],
      ['deleted', 'remove.txt'],
      ['mode', 'run.sh'],
    ]);
    expect(ignored).toBe(1);
    expect(skipped).toEqual([{ path: 'pipe', reason: expect.stringContaining('neither a file') }]);
    expect((await sandbox.changes({ includeIgnored: true })).changes.map(({ path }) => path)).toContain('build/new.js');
  });

  test('makes a patch that `git apply` turns into the same tree', async () => {
    const root = repositoryWith(files);
    const sandbox = await opened(root);
    await sh(sandbox, EVERY_KIND);
    const patch = await buffer(await sandbox.patch());
    execFileSync('git', ['apply', '--index', '-'], { cwd: root, input: patch });
    const tree = git(root, 'write-tree');
    await sh(sandbox, 'rm pipe; git add --all');
    expect(await sh(sandbox, 'git write-tree')).toBe(tree);
  });

  test('of a sandbox that did nothing are none', async () => {
    const sandbox = await opened(repositoryWith(files));
    expect(await sandbox.changes()).toEqual({ changes: [], ignored: 0, skipped: [] });
    expect(await buffer(await sandbox.patch())).toEqual(Buffer.alloc(0));
  });
});

describe('apply', () => {
  test('brings every kind of change to the workspace', async () => {
    const root = repositoryWith(files);
    const sandbox = await opened(root);
    await sh(sandbox, EVERY_KIND);
    const { applied, conflicts, refused } = await sandbox.apply();
    expect([conflicts, refused]).toEqual([[], []]);
    expect(applied.length).toBe(9);
    expect(readFileSync(join(root, 'edit.txt'), 'utf8')).toBe('one\n2\nthree\n');
    expect(readFileSync(join(root, 'picture.bin'))).toEqual(Buffer.from([0, 1, 255]));
    expect(readFileSync(join(root, 'moved.txt'), 'utf8')).toBe(files['move.txt']);
    expect(readlinkSync(join(root, 'link'))).toBe('edit.txt');
    expect(statSync(join(root, 'run.sh')).mode & 0o111).toBe(0o111);
    expect(
      ['remove.txt', 'move.txt', 'folder', 'pipe', 'build/new.js'].filter((path) => existsSync(join(root, path))),
    ).toEqual([]);
    expect(
      git(root, 'status', '--short')
        .split('\n')
        .filter((line) => line.includes('.cofferdam')),
    ).toEqual([]);
  });

  test('writes only what was chosen', async () => {
    const root = repositoryWith(files);
    const sandbox = await opened(root);
    await sh(sandbox, EVERY_KIND);
    expect((await sandbox.apply(['moved.txt'])).applied).toEqual(['moved.txt']);
    expect(git(root, 'status', '--short', '--no-renames').split('\n').sort()).toEqual(['?? moved.txt', 'D move.txt']);
  });

  test('leaves a file alone that the user changed meanwhile, and applies the rest', async () => {
    const root = repositoryWith(files);
    const sandbox = await opened(root);
    await sh(sandbox, 'echo theirs > edit.txt; rm remove.txt; echo new > added.txt; echo 2 > folder/a');
    writeFileSync(join(root, 'edit.txt'), 'mine');
    folderWith({ 'added.txt': 'mine too' }, root);
    const { applied, conflicts } = await sandbox.apply();
    expect(applied).toEqual(['folder/a', 'remove.txt']);
    expect(conflicts.map(({ path }) => path)).toEqual(['added.txt', 'edit.txt']);
    expect(readFileSync(join(root, 'edit.txt'), 'utf8')).toBe('mine');
    expect(readFileSync(join(root, 'added.txt'), 'utf8')).toBe('mine too');
  });

  test('never writes outside the workspace or into .git, whatever the sandbox made', async () => {
    const root = repositoryWith(files);
    const sandbox = await opened(root);
    await sh(
      sandbox,
      `echo evil > .git/hooks/post-checkout; rm -r folder; ln -s /etc folder; ln -s ../../up escape; mkdir -p sub/.git; echo evil > sub/.git/config`,
    );
    const { applied, refused } = await sandbox.apply();
    expect(refused.map(({ path }) => path)).toEqual(expect.arrayContaining(['escape', 'folder']));
    expect(applied.filter((path) => path.includes('.git/'))).toEqual([]);
    expect(existsSync(join(root, '.git/hooks/post-checkout'))).toBe(false);
    expect(existsSync(join(root, 'escape'))).toBe(false);
    expect(lstatSync(join(root, 'folder'), { throwIfNoEntry: false })).toBeUndefined();
  });

  test('of a path that did not change is refused with what to do', async () => {
    const sandbox = await opened(repositoryWith(files));
    await expect(sandbox.apply(['edit.txt'])).rejects.toMatchObject({
      code: 'change-unknown',
      remedy: expect.stringContaining('changes'),
    });
  });
});
