import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { SandboxError } from '../errors.js';
import { bash, workspaceOf } from '../inside/testing.js';
import { decodePath } from '../paths.js';
import { applyChanges } from './apply.js';
import type { ApplyReport } from './index.js';
import { type Session, session } from './testing.js';

const journalDir = mkdtempSync(join(tmpdir(), 'journals-'));
afterAll(() => rmSync(journalDir, { recursive: true }));

async function apply(workspaceRoot: string, { changes, read }: Session): Promise<ApplyReport> {
  try {
    return await applyChanges({ workspaceRoot, changes, read, journalDir });
  } finally {
    expect(readdirSync(journalDir)).toEqual([]);
    expect(bash('find . -name ".cofferdam-*"', workspaceRoot)).toBe('');
  }
}

/** Every path with its kind, mode and content or target. */
function tree(root: string): string[] {
  const script = `find . -mindepth 1 \\( -type l -printf '%P -> %l\\n' -o -type d -printf '%P/\\n' \\
    -o -type f -printf '%P %m ' -exec cat {} \\; -printf '\\n' \\) | LC_ALL=C sort`;
  return bash(script, root).trim().split('\n');
}

describe('a change that fits is written', () => {
  test.each<[string, string, Session, string[]]>([
    ['added', '', session({ a: { old: null, now: 'x' } }), ['a 644 x']],
    ['added, executable', '', session({ a: { old: null, now: ['x', '100755'] } }), ['a 755 x']],
    ['added in new folders', '', session({ 'd/e/a': { old: null, now: 'x' } }), ['d/', 'd/e/', 'd/e/a 644 x']],
    ['modified', 'printf x > a', session({ a: { old: 'x', now: 'y' } }), ['a 644 y']],
    [
      'modified, with its permissions',
      'printf x > a; chmod 4640 a',
      session({ a: { old: 'x', now: 'y' } }),
      ['a 640 y'],
    ],
    [
      'modified and made executable',
      'printf x > a; chmod 640 a',
      session({ a: { old: 'x', now: ['y', '100755'] } }),
      ['a 750 y'],
    ],
    ['mode', 'printf x > a; chmod 600 a', session({ a: { old: 'x', now: ['x', '100755'] } }), ['a 700 x']],
    ['deleted', 'printf x > a; printf y > b', session({ a: { old: 'x', now: null } }), ['b 644 y']],
    [
      'deleted with the folders it leaves empty',
      'mkdir -p d/e f; printf x > d/e/a',
      session({ 'd/e/a': { old: 'x', now: null } }),
      ['f/'],
    ],
    [
      'deleted from a folder that holds more',
      'mkdir d; printf x > d/a; printf y > d/b',
      session({ 'd/a': { old: 'x', now: null } }),
      ['d/', 'd/b 644 y'],
    ],
    [
      'renamed',
      'mkdir d; printf x > d/a; chmod 640 d/a',
      session({ b: { old: 'x', now: 'x', from: 'd/a' } }),
      ['b 640 x'],
    ],
    [
      'renamed into a folder of its own name',
      'printf x > a',
      session({ 'a/a': { old: 'x', now: 'x', from: 'a' } }),
      ['a/', 'a/a 644 x'],
    ],
    [
      'renamed to the name of its folder',
      'mkdir a; printf x > a/a',
      session({ a: { old: 'x', now: 'x', from: 'a/a' } }),
      ['a 644 x'],
    ],
    ['a new link', 'printf x > a', session({ l: { old: null, now: ['a', '120000'] } }), ['a 644 x', 'l -> a']],
    [
      'a link to another place',
      'ln -s a l',
      session({ l: { old: ['a', '120000'], now: ['c', '120000'] } }),
      ['l -> c'],
    ],
    ['a link in the place of a file', 'printf x > a', session({ a: { old: 'x', now: ['b', '120000'] } }), ['a -> b']],
    ['a file in the place of a link', 'ln -s b a', session({ a: { old: ['b', '120000'], now: 'x' } }), ['a 644 x']],
    [
      'a folder in the place of a file',
      'printf x > a',
      session({ a: { old: 'x', now: null }, 'a/b/c': { old: null, now: 'y' } }),
      ['a/', 'a/b/', 'a/b/c 644 y'],
    ],
    [
      'a file in the place of a folder',
      'mkdir -p a/b; printf x > a/b/c; printf y > a/d',
      session({ a: { old: null, now: 'z' }, 'a/b/c': { old: 'x', now: null }, 'a/d': { old: 'y', now: null } }),
      ['a 644 z'],
    ],
  ])('%s', async (_, script, done, expected) => {
    const root = workspaceOf(script);
    const report = await apply(root, done);
    expect(tree(root)).toEqual(expected);
    expect(report).toEqual({ applied: done.changes.map(({ path }) => path).sort(), conflicts: [], refused: [] });
  });

  test('whatever bytes its name has', async () => {
    const name = decodePath(Buffer.from([0x0a, 0x22, 0xff, 0xf0, 0x9f]));
    const root = workspaceOf('');
    expect(await apply(root, session({ [name]: { old: null, now: 'x' } }))).toMatchObject({ applied: [name] });
    expect(readdirSync(root, 'buffer')).toEqual([Buffer.from([0x0a, 0x22, 0xff, 0xf0, 0x9f])]);
  });

  test('and owned by whom the workspace belongs to, when root applies', async () => {
    const root = workspaceOf('printf x > a; chown -R 1234:1234 .');
    await apply(root, session({ a: { old: 'x', now: 'y' }, 'd/b': { old: null, now: 'z' } }));
    expect(['a', 'd', 'd/b'].map((path) => lstatSync(join(root, path)).uid)).toEqual([1234, 1234, 1234]);
  });

  test('once: a second time there is nothing to do', async () => {
    const root = workspaceOf('printf x > a; printf x > b; printf x > c; printf x > m');
    const done = session({
      a: { old: 'x', now: 'y' },
      b: { old: 'x', now: null },
      d: { old: 'x', now: 'x', from: 'c' },
      m: { old: 'x', now: ['x', '100755'] },
      n: { old: null, now: 'n' },
    });
    const first = await apply(root, done);
    const after = tree(root);
    expect(await apply(root, done)).toEqual(first);
    expect(tree(root)).toEqual(after);
  });
});

describe('what moved in the workspace meanwhile is left as it is, and the rest is applied', () => {
  test.each<[string, string, Session, string]>([
    ['edited', 'printf mine > a', session({ a: { old: 'x', now: 'y' } }), 'a'],
    ['edited to the same size', 'printf z > a', session({ a: { old: 'x', now: 'y' } }), 'a'],
    ['made executable', 'printf x > a; chmod +x a', session({ a: { old: 'x', now: 'y' } }), 'a'],
    ['deleted', '', session({ a: { old: 'x', now: 'y' } }), 'a'],
    ['edited, then deleted by the session', 'printf mine > a', session({ a: { old: 'x', now: null } }), 'a'],
    ['added on both sides', 'printf mine > a', session({ a: { old: null, now: 'y' } }), 'a'],
    ['made a link', 'printf x > b; ln -s b a', session({ a: { old: 'x', now: 'y' } }), 'a'],
    ['made a folder', 'mkdir a', session({ a: { old: 'x', now: 'y' } }), 'a'],
    ['its folder made a file', 'printf x > d', session({ 'd/a': { old: null, now: 'y' } }), 'd/a'],
    ['the source of a rename edited', 'printf mine > a', session({ b: { old: 'x', now: 'x', from: 'a' } }), 'b'],
    [
      'the target of a rename made',
      'printf x > a; printf mine > b',
      session({ b: { old: 'x', now: 'x', from: 'a' } }),
      'b',
    ],
    [
      'a file put into a folder that is to become a file',
      'mkdir a; printf mine > a/mine',
      session({ a: { old: null, now: 'y' } }),
      'a',
    ],
  ])('%s', async (_, script, done, path) => {
    const root = workspaceOf(script);
    const before = script === '' ? [] : tree(root);
    const other = session({ 'other/file': { old: null, now: 'fine' } });
    const both = {
      changes: [...done.changes, ...other.changes],
      read: (wanted: string) => (wanted === 'other/file' ? other : done).read(wanted),
    };
    const report = await apply(root, both);
    expect(report).toMatchObject({ applied: ['other/file'], conflicts: [{ path }], refused: [] });
    expect(tree(root)).toEqual([...before, 'other/', 'other/file 644 fine'].sort());
  });

  test('an edit made between the check and the commit', async () => {
    const root = workspaceOf('printf x > a; printf x > b');
    const { changes, read } = session({ a: { old: 'x', now: 'y' }, b: { old: 'x', now: 'y' } });
    const report = await apply(root, {
      changes,
      read: async (path) => {
        if (path === 'b') bash('printf z > a', root);
        return read(path);
      },
    });
    expect(report).toMatchObject({ applied: ['b'], conflicts: [{ path: 'a' }] });
    expect(tree(root)).toEqual(['a 644 z', 'b 644 y']);
  });

  test.each([
    ['has other bytes', 'Y'],
    ['grew', 'yy'],
    ['shrank', ''],
  ])('a file that %s in the sandbox after it was reviewed', async (_, content) => {
    const root = workspaceOf('printf x > a');
    const { changes } = session({ a: { old: 'x', now: 'y' } });
    const report = await apply(root, { changes, read: async () => Readable.from([Buffer.from(content)]) });
    expect(report.conflicts).toEqual([{ path: 'a', reason: 'it changed in the sandbox after it was reviewed' }]);
    expect(tree(root)).toEqual(['a 644 x']);
  });
});

describe('what could do harm is refused', () => {
  const added = { old: null, now: 'evil' };
  const link = (target: string) => ({ old: null, now: [target, '120000'] as [string, '120000'] });
  test.each<[string, Session]>([
    ['outside', session({ '../x': added })],
    ['absolute', session({ '/tmp/x': added })],
    ['a hook', session({ '.git/hooks/post-checkout': added })],
    ['a hook by another name', session({ 'sub/.GIT/config': added })],
    ['renamed out of .git', session({ x: { old: 'x', now: 'x', from: '.git/config' } })],
    ['through a link', session({ 'out/x': added })],
    ['through a link into the workspace', session({ 'in/x': added })],
    ['a link to an absolute path', session({ l: link('/etc/passwd') })],
    ['a link to outside', session({ 'd/l': link('../../x') })],
    ['a link to outside by detours', session({ l: link('out/../../x') })],
    ['a link over a link to outside', session({ l: link('out/x') })],
    ['a link into .git', session({ l: link('.git/config') })],
    ['a name too long for the system', session({ ['n'.repeat(300)]: added })],
  ])('%s', async (_, done) => {
    const root = workspaceOf('mkdir d .git outside; echo x > .git/config; ln -s /tmp out; ln -s d in');
    const before = tree(root);
    const report = await apply(root, done);
    expect(report.refused.map(({ path }) => path)).toEqual(done.changes.map(({ path }) => path));
    expect(report.applied).toEqual([]);
    expect(tree(root)).toEqual(before);
  });
});

describe('a workspace that cannot be written to stays as it is', () => {
  const done = session({
    a: { old: 'x', now: 'y' },
    'new/big': { old: null, now: Buffer.alloc(3_000_000, 'b') },
    gone: { old: 'g', now: null },
  });

  function mounted(options: string, script: string): string {
    const root = workspaceOf('');
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', root]);
    bash(script, root);
    return root;
  }

  test.each([
    ['full', 'size=1m', 'true', 'disk-full', 'new/big'],
    ['read-only', 'size=9m', 'mount -o remount,ro .', 'apply-failed', '"a"'],
  ])('%s', async (_, options, then, code, name) => {
    const root = mounted(options, `printf x > a; printf g > gone; ${then}`);
    try {
      const failed = apply(root, done).catch((error: unknown) => error);
      expect(await failed).toMatchObject({ code, message: expect.stringContaining(name) });
      expect(tree(root)).toEqual(['a 644 x', 'gone 644 g']);
    } finally {
      execFileSync('umount', [root]);
    }
  });

  test('when the sandbox ends in the middle', async () => {
    const root = workspaceOf('printf x > a; printf g > gone');
    const lost = new SandboxError('runner-lost', 'It ended.', 'Open it again.');
    const failed = apply(root, {
      changes: done.changes,
      read: async (path) => (path === 'a' ? done.read(path) : Promise.reject(lost)),
    });
    await expect(failed).rejects.toBe(lost);
    expect(tree(root)).toEqual(['a 644 x', 'gone 644 g']);
  });
});

test('two runs at once in one workspace happen one after the other', async () => {
  const root = workspaceOf('for i in $(seq 20); do printf 0 > $i; done');
  const names = Array.from({ length: 20 }, (_, i) => `${i + 1}`);
  const to = (now: string) => session(Object.fromEntries(names.map((name) => [name, { old: '0', now }])));
  const reports = await Promise.all(
    ['1', '2', '3'].map((now) => applyChanges({ workspaceRoot: root, journalDir, ...to(now) })),
  );
  expect(reports.map(({ applied, conflicts }) => [applied.length, conflicts.length]).sort()).toEqual([
    [0, 20],
    [0, 20],
    [20, 0],
  ]);
  expect(new Set(tree(root).map((line) => line.split(' ')[2])).size).toBe(1);
});
