// The server as a client sees it, on real repositories.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commit, connect, git, repository, tempFolder, write } from './testing.js';

describe('git_status', () => {
  test('tells staged, changed, renamed and untracked files apart', async () => {
    const root = repository({ 'a.txt': 'a\n', 'old.txt': 'the same\ncontent\n', 'gone.txt': '' });
    write(root, { 'a.txt': 'A\n', 'new/b.txt': '', 'new/c.txt': '' });
    git(root, 'mv', 'old.txt', 'moved.txt');
    rmSync(join(root, 'gone.txt'));
    const { call } = await connect({ root });
    const { structured, text } = await call('git_status');
    expect(structured).toMatchObject({
      branch: 'main',
      entries: [
        { path: 'a.txt', unstaged: 'modified' },
        { path: 'gone.txt', unstaged: 'deleted' },
        { path: 'moved.txt', from: 'old.txt', staged: 'renamed' },
        { path: 'new/', unstaged: 'untracked' },
      ],
    });
    expect(text).toContain('renamed: old.txt -> moved.txt');
  });

  test('narrows down to paths and pages', async () => {
    const root = repository();
    write(root, { 'x/1': '', 'x/2': '', 'x/3': '', y: '' });
    const { call } = await connect({ root });
    const { structured, text } = await call('git_status', { paths: ['x'], untracked: 'all', offset: 1, limit: 1 });
    expect(structured).toMatchObject({ entries: [{ path: 'x/2' }], total: 3, truncated: true });
    expect(text).toContain('offset 2');
  });

  test('names conflicts and the merge that made them', async () => {
    const root = repository({ f: 'base\n' });
    git(root, 'switch', '--quiet', '--create', 'theirs');
    commit(root, { f: 'theirs\n' }, 'Theirs');
    git(root, 'switch', '--quiet', 'main');
    commit(root, { f: 'ours\n' }, 'Ours');
    expect(() => git(root, 'merge', 'theirs')).toThrow();
    const { call } = await connect({ root });
    expect((await call('git_status')).structured).toMatchObject({
      operation: 'merge',
      entries: [{ path: 'f', unstaged: 'conflict' }],
    });
    expect(await call('git_commit', { message: 'Too early' })).toMatchObject({ error: 'conflicts' });
    write(root, { f: 'both\n' });
    await call('git_add', { paths: ['f'] });
    expect(await call('git_commit', { message: 'Merge theirs' })).toMatchObject({ error: undefined });
    expect(git(root, 'rev-list', '--parents', '--max-count=1', 'HEAD').split(' ')).toHaveLength(3);
  });

  test('counts commits ahead of and behind the upstream', async () => {
    const origin = repository();
    const root = join(tempFolder(), 'clone');
    git(origin, 'clone', '--quiet', origin, root);
    commit(root, { 'b.txt': '' }, 'Mine');
    const { call } = await connect({ root });
    expect((await call('git_status')).structured).toMatchObject({ upstream: 'origin/main', ahead: 1, behind: 0 });
  });
});

describe('git_diff', () => {
  test('shows the working tree, the index, or what lies between two commits', async () => {
    const root = repository({ f: 'one\n' });
    commit(root, { f: 'two\n' }, 'Second');
    write(root, { f: 'three\n' });
    git(root, 'add', 'f');
    write(root, { f: 'four\n' });
    const { call } = await connect({ root });
    expect((await call('git_diff')).text).toMatch(/-three\n\+four/);
    expect((await call('git_diff', { staged: true })).text).toMatch(/-two\n\+three/);
    expect((await call('git_diff', { from: 'HEAD' })).text).toMatch(/-two\n\+four/);
    expect((await call('git_diff', { from: 'HEAD~1', to: 'HEAD' })).text).toMatch(/-one\n\+two/);
    expect((await call('git_diff', { to: 'HEAD' })).text).toBe('No differences.');
  });

  test('compares with the common ancestor', async () => {
    const root = repository();
    git(root, 'switch', '--quiet', '--create', 'work');
    commit(root, { mine: 'a\n' }, 'Mine');
    git(root, 'switch', '--quiet', 'main');
    commit(root, { theirs: 'b\n' }, 'Theirs');
    const { call } = await connect({ root });
    const between = { from: 'main', to: 'work', format: 'names' };
    expect((await call('git_diff', between)).text).toBe('A\tmine\nD\ttheirs');
    expect((await call('git_diff', { ...between, merge_base: true })).text).toBe('A\tmine');
  });

  test('gives long patches page by page, each line once', async () => {
    const root = repository({ f: '' });
    write(root, { f: Array.from({ length: 900 }, (_, i) => `line ${i}\n`).join('') });
    const { call } = await connect({ root });
    const first = await call('git_diff');
    expect(first.text).toContain('call again with offset 500');
    const second = await call('git_diff', { offset: 500 });
    const lines = `${first.text}\n${second.text}`.match(/^\+line \d+$/gm);
    expect(new Set(lines)).toHaveProperty('size', 900);
    expect(lines).toHaveLength(900);
  });

  test('cuts lines that no one can read', async () => {
    const root = repository({ 'min.js': '' });
    write(root, { 'min.js': 'x'.repeat(1_000_000) });
    const { call } = await connect({ root });
    const { text } = await call('git_diff');
    expect(text).toMatch(/\[\d+ characters cut\]/);
    expect(text.length).toBeLessThan(2000);
  });

  test('cannot be led to options, other files or other revisions', async () => {
    const root = repository();
    const { call } = await connect({ root });
    expect(await call('git_diff', { from: '--output=stolen' })).toMatchObject({ error: 'revision-unknown' });
    expect(await call('git_diff', { paths: ['../x'] })).toMatchObject({ error: 'path-outside' });
    expect(await call('git_diff', { paths: [':(exclude)a.txt'] })).toMatchObject({ text: 'No differences.' });
    expect(existsSync(join(root, 'stolen'))).toBe(false);
  });
});

describe('git_log', () => {
  test('filters by path, author, message and range, and pages', async () => {
    const root = repository();
    for (const name of ['x', 'y', 'z']) commit(root, { [name]: '' }, `Add ${name} (C++)`);
    const { call } = await connect({ root });
    const subjects = async (args: object) => (await call('git_log', { ...args })).text.match(/(?<=: ).*/g);
    expect(await subjects({ paths: ['y'] })).toEqual(['Add y (C++)']);
    expect(await subjects({ grep: 'X (c++)' })).toEqual(['Add x (C++)']);
    expect(await subjects({ author: 'nobody' })).toBeNull();
    expect(await subjects({ revision: 'HEAD~2..HEAD' })).toEqual(['Add z (C++)', 'Add y (C++)']);
    expect((await call('git_log', { offset: 1, limit: 1 })).structured).toMatchObject({
      commits: [{ subject: 'Add y (C++)', author: 'Ada', email: 'ada@example.org' }],
      next_offset: 2,
    });
  });
});

describe('git_show', () => {
  test('shows a commit with its patch', async () => {
    const root = repository({ f: 'one\n' });
    commit(root, { f: 'two\n' }, 'Second\n\nWith a reason.');
    const { call } = await connect({ root });
    const { text } = await call('git_show', { revision: 'main' });
    expect(text).toContain('With a reason.');
    expect(text).toMatch(/-one\n\+two/);
  });

  test('shows files, folders, links and lines as of a commit', async () => {
    const root = repository({ 'src/f': '1\n2\n3\n4\n', 'bin/x': 'a\0b' });
    symlinkSync('/etc/passwd', join(root, 'link'));
    commit(root, { 'src/f': 'changed\n' }, 'Second');
    const { call } = await connect({ root });
    const show = async (args: object) => (await call('git_show', { ...args })).text;
    expect(await show({ revision: 'HEAD~1', path: 'src/f', offset: 1, limit: 2 })).toBe(
      '2\n3\n[1 of 4 lines left: call again with offset 3]',
    );
    expect(await show({ path: 'src' })).toBe('f');
    expect(await show({ path: '.' })).toBe('bin/\nlink\nsrc/');
    expect(await show({ path: 'link' })).toBe('link is a symbolic link to /etc/passwd');
    expect(await show({ path: 'bin/x' })).toBe('bin/x is a binary file of 3 bytes.');
    expect(await call('git_show', { path: 'none' })).toMatchObject({ error: 'path-unknown' });
  });
});

test('git_blame names the commit of each range of lines', async () => {
  const root = repository({ f: 'a\nb\nc\nd\n' });
  commit(root, { f: 'a\nB\nC\nd\n' }, 'Second');
  write(root, { f: 'a\nB\nC\nnew\n' });
  const { call } = await connect({ root });
  const { structured, text } = await call('git_blame', { path: 'f', start_line: 2 });
  expect(structured).toMatchObject({
    ranges: [
      { start: 2, end: 3, summary: 'Second', author: 'Ada' },
      { start: 4, end: 4, commit: '0'.repeat(40) },
    ],
  });
  expect(text).toContain('Ada 3: C');
  expect((await call('git_blame', { path: 'f', revision: 'HEAD~1', end_line: 4 })).structured).toMatchObject({
    ranges: [{ start: 1, end: 4, summary: 'First' }],
  });
});

describe('branches', () => {
  test('are listed, created and switched to', async () => {
    const root = repository();
    const { call } = await connect({ root });
    await call('git_create_branch', { name: 'feature/x' });
    await call('git_create_branch', { name: 'other', switch: false });
    expect(git(root, 'branch', '--show-current')).toBe('feature/x');
    await call('git_switch', { target: 'main' });
    const { structured } = await call('git_branches');
    expect(structured).toMatchObject({ current: 'main' });
    expect(structured).toHaveProperty('branches.length', 3);
  });

  test('keep their old name where the new one is not one', async () => {
    const { call } = await connect({ root: repository() });
    for (const name of ['--force', 'a..b', 'HEAD', 'x.lock', '']) {
      expect(await call('git_create_branch', { name })).toMatchObject({ error: 'name-invalid' });
    }
  });

  test('are not switched over uncommitted changes or ignored files', async () => {
    const root = repository({ f: 'main\n', '.gitignore': 'kept\n' });
    git(root, 'switch', '--quiet', '--create', 'other');
    write(root, { f: 'other\n', kept: 'theirs\n' });
    git(root, 'add', '--force', '.');
    git(root, 'commit', '--quiet', '--message', 'Other');
    git(root, 'switch', '--quiet', 'main');
    const { call } = await connect({ root });
    write(root, { kept: 'mine\n' });
    expect(await call('git_switch', { target: 'other' })).toMatchObject({ error: 'changes-in-the-way' });
    rmSync(join(root, 'kept'));
    write(root, { f: 'mine\n' });
    expect(await call('git_switch', { target: 'other' })).toMatchObject({ error: 'changes-in-the-way' });
    expect(readFileSync(join(root, 'f'), 'utf8')).toBe('mine\n');
  });
});

describe('git_add and git_commit', () => {
  test('commit what was staged, and only that', async () => {
    const root = repository({ 'gone.txt': '', 'tree/x': '' });
    rmSync(join(root, 'gone.txt'));
    rmSync(join(root, 'tree'), { recursive: true });
    write(root, { 'new.txt': '', 'later.txt': '', tree: 'a file now\n' });
    const { call } = await connect({ root });
    expect((await call('git_add', { paths: ['gone.txt', 'new.txt', 'tree'] })).text).toContain('Staged 4');
    expect((await call('git_commit', { message: 'Change\n\n# not a comment\n' })).text).toContain('(files: 4)');
    expect(git(root, 'show', '--no-renames', '--name-status', '--format=%b')).toBe(
      '# not a comment\n\n\nD\tgone.txt\nA\tnew.txt\nA\ttree\nD\ttree/x',
    );
    expect(git(root, 'status', '--short')).toBe('?? later.txt');
  });

  test('say why there was nothing to do', async () => {
    const root = repository({ f: '', '.gitignore': 'secret\n' });
    write(root, { secret: '' });
    const { call } = await connect({ root });
    const { text } = await call('git_add', { paths: ['f', 'secret', 'none'] });
    expect(text.split('\n')).toEqual([
      expect.stringContaining('f: it is unchanged'),
      expect.stringContaining('secret: it is ignored'),
      expect.stringContaining('none: there is no such file'),
    ]);
    expect(await call('git_commit', { message: 'Empty' })).toMatchObject({ error: 'nothing-staged' });
    expect(await call('git_commit', { message: ' ' })).toMatchObject({ error: 'bad-arguments' });
  });

  test.each([
    [[], 'Cofferdam <cofferdam@localhost>'],
    [['user.name', 'user.email'], 'set <set>'],
  ])('sign with the identity of the configuration, or their own (%j)', async (keys, author) => {
    const root = repository();
    for (const key of keys) git(root, 'config', key, 'set');
    const home = process.env['HOME'];
    process.env['HOME'] = tempFolder();
    try {
      write(root, { new: '' });
      const { call } = await connect({ root });
      await call('git_add', { paths: ['new'] });
      await call('git_commit', { message: 'x' });
    } finally {
      process.env['HOME'] = home;
    }
    expect(git(root, 'log', '-1', '--format=%an <%ae>')).toBe(author);
  });

  test('refuse a repository inside of the repository', async () => {
    const root = repository();
    renameSync(repository(), join(root, 'nested'));
    const { call } = await connect({ root });
    expect(await call('git_add', { paths: ['.'] })).toMatchObject({ error: 'nested-repository' });
  });
});

describe('git_restore', () => {
  test('brings files back from the index or a commit', async () => {
    const root = repository({ f: 'one\n' });
    commit(root, { f: 'two\n' }, 'Second');
    write(root, { f: 'three\n' });
    const { call } = await connect({ root });
    await call('git_restore', { paths: ['f'] });
    expect(readFileSync(join(root, 'f'), 'utf8')).toBe('two\n');
    await call('git_restore', { paths: ['f'], from: 'HEAD~1' });
    expect(readFileSync(join(root, 'f'), 'utf8')).toBe('one\n');
  });

  test('unstages and keeps the file', async () => {
    const root = repository();
    write(root, { f: 'kept\n' });
    git(root, 'add', 'f');
    const { call } = await connect({ root });
    await call('git_restore', { paths: ['f'], staged: true });
    expect(git(root, 'status', '--short')).toBe('?? f');
  });

  test('unstages before the first commit', async () => {
    const root = tempFolder();
    git(root, 'init', '--quiet');
    write(root, { f: 'kept\n' });
    git(root, 'add', 'f');
    const { call } = await connect({ root });
    await call('git_restore', { paths: ['f'], staged: true });
    expect(git(root, 'status', '--short')).toBe('?? f');
  });

  test('says which path it does not know', async () => {
    const { call } = await connect({ root: repository() });
    expect(await call('git_restore', { paths: ['none'] })).toMatchObject({ error: 'path-unknown' });
  });
});

describe('Git LFS', () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n';

  test('files are neither staged, restored nor switched: they would become something else', async () => {
    const root = repository({ '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', f: '' });
    write(root, { 'big.bin': pointer });
    git(root, 'add', '.');
    git(root, 'commit', '--quiet', '--message', 'Pointer');
    git(root, 'branch', 'before', 'HEAD~1');
    write(root, { 'big.bin': 'real content', f: 'changed' });
    const { call } = await connect({ root });
    expect(await call('git_add', { paths: ['.'] })).toMatchObject({
      error: 'filtered',
      text: expect.stringMatching(/big\.bin goes through the filter "lfs"/),
    });
    expect(await call('git_restore', { paths: ['.'] })).toMatchObject({ error: 'filtered' });
    expect(await call('git_add', { paths: ['f'] })).toMatchObject({ error: undefined });
    expect(readFileSync(join(root, 'big.bin'), 'utf8')).toBe('real content');
    expect(git(root, 'diff', '--cached', '--name-only')).toBe('f');
  });

  test('attributes of the branch to come count when switching', async () => {
    const root = repository();
    git(root, 'switch', '--quiet', '--create', 'lfs');
    commit(root, { '.gitattributes': '*.bin filter=lfs\n', 'big.bin': pointer }, 'LFS');
    git(root, 'switch', '--quiet', 'main');
    const { call } = await connect({ root });
    expect(await call('git_switch', { target: 'lfs' })).toMatchObject({ error: 'filtered' });
    expect(git(root, 'branch', '--show-current')).toBe('main');
  });
});

test('names with spaces, quotes, line feeds, emoji, magic and bytes that are not UTF-8 go all the way', async () => {
  const root = repository();
  const names = ['with space', '"quoted"', 'line\nfeed', '🚧', ':(glob)*', '-dash', 'caf\udce9'];
  const bytes = (name: string) =>
    Buffer.concat([
      Buffer.from(`${root}/`),
      Buffer.from(name.replace('\udce9', ''), 'utf8'),
      Buffer.from(name.endsWith('\udce9') ? [0xe9] : []),
    ]);
  for (const name of names) writeFileSync(bytes(name), 'x\n');
  writeFileSync(join(root, 'bystander'), '');
  const { call } = await connect({ root });
  const entries = (await call('git_status')).structured?.['entries'] as { path: string }[];
  expect(entries.map(({ path }) => path).sort()).toEqual([...names, 'bystander'].sort());
  await call('git_add', { paths: names });
  expect((await call('git_commit', { message: 'Weird' })).text).toContain(`(files: ${names.length})`);
  expect(git(root, 'status', '--short')).toBe('?? bystander');
  for (const name of names) rmSync(bytes(name));
  expect((await call('git_restore', { paths: names })).text).toBe(`Restored ${names.length} file(s).`);
  for (const name of names) expect(readFileSync(bytes(name), 'utf8')).toBe('x\n');
  expect((await call('git_diff', { from: 'HEAD~1', paths: [':(glob)*'], format: 'names' })).text).toBe('A\t:(glob)*');
  expect(await call('git_diff', { paths: ['caf\udce9'] })).toMatchObject({ error: 'path-not-utf8' });
});

describe('repositories in every state', () => {
  test('no repository', async () => {
    const { call } = await connect({ root: tempFolder() });
    expect(await call('git_status')).toMatchObject({ error: 'not-a-repository' });
  });

  test('a folder inside of a repository', async () => {
    const root = repository({ 'packages/a/f': '' });
    const { call } = await connect({ root: join(root, 'packages/a') });
    expect(await call('git_status')).toMatchObject({ error: 'not-a-repository', text: expect.stringContaining(root) });
  });

  test('before the first commit', async () => {
    const root = tempFolder();
    git(root, 'init', '--quiet', '--initial-branch=main');
    write(root, { f: 'first\n' });
    const { call } = await connect({ root });
    expect((await call('git_status')).text).toContain('On branch main, no commits yet.');
    expect((await call('git_log')).text).toBe('There are no commits yet.');
    expect((await call('git_branches')).text).toContain('no commits yet');
    expect(await call('git_show')).toMatchObject({ error: 'no-commits' });
    await call('git_create_branch', { name: 'trunk' });
    await call('git_add', { paths: ['f'] });
    expect((await call('git_diff', { staged: true })).text).toContain('+first');
    expect((await call('git_commit', { message: 'First' })).text).toMatch(/on trunk: First/);
  });

  test('detached', async () => {
    const root = repository();
    const { call } = await connect({ root });
    await call('git_switch', { target: 'HEAD', detach: true });
    expect((await call('git_status')).text).toMatch(/^HEAD is detached at [0-9a-f]{10}/);
    expect((await call('git_branches')).structured).toMatchObject({ current: null });
    write(root, { 'a.txt': 'new\n' });
    await call('git_add', { paths: ['.'] });
    expect((await call('git_commit', { message: 'Loose' })).text).toContain('on a detached HEAD');
  });

  test('shallow', async () => {
    const origin = repository();
    commit(origin, { g: '' }, 'Second');
    const root = join(tempFolder(), 'shallow');
    git(origin, 'clone', '--quiet', '--depth=1', `file://${origin}`, root);
    const { call } = await connect({ root });
    expect((await call('git_log')).structured).toHaveProperty('commits.length', 1);
    expect(await call('git_show', { revision: 'HEAD~1' })).toMatchObject({
      error: 'revision-unknown',
      text: expect.stringContaining('shallow'),
    });
  });

  test('locked by another Git', async () => {
    const root = repository();
    write(root, { f: '', '.git/index.lock': '' });
    const { call } = await connect({ root });
    expect(await call('git_status')).toMatchObject({ error: undefined });
    expect(await call('git_add', { paths: ['f'] })).toMatchObject({ error: 'locked' });
  });

  test('with a configuration that cannot be read', async () => {
    const root = repository();
    write(root, { '.git/config': '[core\n' });
    const { call } = await connect({ root });
    expect(await call('git_status')).toMatchObject({ error: 'config-broken' });
  });

  test('with submodules', async () => {
    const child = repository();
    const root = repository();
    git(root, 'submodule', '--quiet', 'add', child, 'sub');
    git(root, 'commit', '--quiet', '--message', 'Submodule');
    const { call } = await connect({ root });
    write(root, { 'sub/a.txt': 'dirty\n' });
    expect((await call('git_status')).structured).toMatchObject({ entries: [] });
    commit(join(root, 'sub'), {}, 'x'.padEnd(3, 'x'));
    expect((await call('git_status')).structured).toMatchObject({ entries: [{ path: 'sub', unstaged: 'modified' }] });
    await call('git_add', { paths: ['sub'] });
    expect((await call('git_diff', { staged: true })).text).toContain('+Subproject commit');
    expect((await call('git_show', { path: 'sub' })).text).toContain('is a submodule at commit');
  });

  test('with the Git folder beside the files, inside of the root', async () => {
    const root = tempFolder();
    git(root, 'init', '--quiet', '--separate-git-dir', join(root, 'store.git'));
    const { call } = await connect({ root });
    expect(await call('git_status')).toMatchObject({ error: undefined });
  });

  test('a linked worktree needs the word of the operator', async () => {
    const main = repository();
    const root = join(tempFolder(), 'worktree');
    git(main, 'worktree', 'add', '--quiet', '-b', 'side', root);
    const refused = await (await connect({ root })).call('git_status');
    expect(refused).toMatchObject({ error: 'repository-outside', text: expect.stringContaining('--git-dir') });
    const { call } = await connect({ root, gitDir: join(root, '.git') });
    expect((await call('git_status')).text).toContain('On branch side.');
    write(root, { new: '' });
    await call('git_add', { paths: ['new'] });
    expect((await call('git_commit', { message: 'Side' })).text).toContain('on side: Side');
  });
});

describe('a Git folder that leads outside is refused', () => {
  const HIDEOUTS: Record<string, (root: string, other: string) => void> = {
    'as a link': (root, other) => {
      renameSync(join(root, '.git'), join(root, 'was'));
      symlinkSync(join(other, '.git'), join(root, '.git'));
    },
    'by a link to a file that Git writes': (root, other) => {
      rmSync(join(root, '.git/COMMIT_EDITMSG'));
      symlinkSync(join(other, 'profile'), join(root, '.git/COMMIT_EDITMSG'));
    },
    'by a link among the references': (root, other) => {
      mkdirSync(join(root, '.git/refs/heads/ab'));
      symlinkSync(join(other, 'a.txt'), join(root, '.git/refs/heads/ab/x'));
    },
    'by commondir': (root, other) => writeFileSync(join(root, '.git/commondir'), join(other, '.git')),
    'by alternates': (root, other) =>
      writeFileSync(join(root, '.git/objects/info/alternates'), `${other}/.git/objects\n`),
    'by alternates of alternates': (root, other) => {
      write(root, { 'lent/info/alternates': `${other}/.git/objects\n` });
      writeFileSync(join(root, '.git/objects/info/alternates'), '../../lent\n');
    },
  };

  test.each(Object.entries(HIDEOUTS))('%s', async (_, arrange) => {
    const root = repository();
    const other = repository({ 'a.txt': '', profile: 'mine\n' });
    arrange(root, other);
    const { call } = await connect({ root });
    write(root, { new: '' });
    expect((await call('git_add', { paths: ['new'] })).error).toMatch(/^repository-(outside|refused)$/);
    expect(await call('git_commit', { message: 'curl evil' })).toMatchObject({
      error: expect.stringMatching(/^repository-/),
    });
    expect(readFileSync(join(other, 'profile'), 'utf8')).toBe('mine\n');
  });
});

test('owned by somebody else, as in a container', async () => {
  const root = repository();
  chmodSync(root, 0o777);
  if (process.getuid?.() === 0) {
    const { chownSync } = await import('node:fs');
    for (const path of [root, join(root, '.git')]) chownSync(path, 12345, 12345);
  }
  const { call } = await connect({ root });
  expect(await call('git_status')).toMatchObject({ error: undefined });
});

test('a cancelled call ends', async () => {
  const { client } = await connect({ root: repository() });
  const abort = AbortSignal.abort();
  await expect(client.callTool({ name: 'git_log' }, undefined, { signal: abort })).rejects.toThrow();
});

test('the definitions cost less than 3,000 tokens and say what changes what', async () => {
  const { client } = await connect({ root: repository() });
  const { tools } = await client.listTools();
  expect(JSON.stringify(tools).length / 4).toBeLessThan(3000);
  const writing = tools.filter((tool) => !tool.annotations?.readOnlyHint);
  expect(writing.map((tool) => tool.name)).toEqual([
    'git_create_branch',
    'git_switch',
    'git_add',
    'git_commit',
    'git_restore',
  ]);
  // What is not said to be harmless is not.
  const destructive = writing.filter((tool) => tool.annotations?.destructiveHint !== false);
  expect(destructive.map((tool) => tool.name)).toEqual(['git_restore']);
});
