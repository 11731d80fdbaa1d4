import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attachSandbox, listSandboxes, openSandbox, pruneSandboxes } from '@cofferdam/sandbox';
import { describe, expect, test } from 'vitest';
import { folderWith, git, opened, repositoryWith, sh, temporaryFolder } from '../support/workspaces.js';

const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim();

describe('the copy', () => {
  test('holds tracked, untracked and ignored files, and the repository', async () => {
    const root = repositoryWith({ 'a.txt': 'a', '.gitignore': 'build/' });
    folderWith({ 'build/out.js': 'out', 'new.txt': 'new' }, root);
    const sandbox = await opened(root);
    expect(await sh(sandbox, 'cat a.txt build/out.js new.txt')).toBe('aoutnew');
    expect(await sh(sandbox, 'git status --short')).toBe('?? new.txt');
  });

  test('is not the workspace', async () => {
    const root = repositoryWith({ 'a.txt': 'a' });
    const sandbox = await opened(root);
    await sh(sandbox, 'echo changed > a.txt; rm -rf .git');
    expect(git(root, 'status', '--short')).toBe('');
  });

  test('follows what the user did between two sessions', async () => {
    const home = temporaryFolder();
    const root = repositoryWith({
      'edit.txt': 'old',
      'gone/a': '',
      'gone/b': '',
      'file-to-folder': 'x',
      'folder-to-file/x': 'x',
      'move.txt': 'm',
    });
    await (await openSandbox({ workspace: root, home })).close();
    appendFileSync(join(root, 'edit.txt'), ' new');
    rmSync(join(root, 'gone'), { recursive: true });
    rmSync(join(root, 'file-to-folder'));
    folderWith({ 'file-to-folder/inner': 'inner' }, root);
    rmSync(join(root, 'folder-to-file'), { recursive: true });
    folderWith({ 'folder-to-file': 'file' }, root);
    renameSync(join(root, 'move.txt'), join(root, 'moved.txt'));
    const second = await opened(root, { home });
    expect(await sh(second, 'cat edit.txt file-to-folder/inner folder-to-file; ls')).toBe(
      'old newinnerfileedit.txt\nfile-to-folder\nfolder-to-file\nmoved.txt',
    );
    expect(await second.changes()).toMatchObject({ changes: [] });

    writeFileSync(join(root, 'edit.txt'), 'newest');
    const third = await opened(root, { home });
    expect(await sh(third, 'cat edit.txt; ls gone 2>&1 || true')).toContain('newest');
    expect(await sh(second, 'cat edit.txt')).toBe('old new');
  });

  test('starts in the subfolder the user opened', async () => {
    const root = repositoryWith({ 'packages/app/a.txt': 'a', 'packages/lib/b.txt': 'b' });
    const sandbox = await opened(join(root, 'packages/app'));
    expect(await sh(sandbox, 'pwd; cat a.txt ../lib/b.txt')).toBe('/workspace/packages/app\nab');
  });

  test.each(['two'])('of a linked worktree is a repository of its own', async (branch) => {
    const root = repositoryWith({ 'a.txt': 'a' });
    const tree = join(temporaryFolder(), 'tree');
    git(root, 'worktree', 'add', '--quiet', '-b', branch, tree);
    folderWith({ 'a.txt': 'changed' }, tree);
    const sandbox = await opened(tree);
    expect(await sh(sandbox, 'git branch --show-current; git status --short; git log --format=%s')).toBe(
      'two\n M a.txt\nfirst',
    );
    await sh(sandbox, 'git stash && git checkout -q main');
    expect(git(tree, 'status', '--short')).toBe('M a.txt');
  });

  test('of a worktree of a bare repository works', async () => {
    const bare = join(temporaryFolder(), 'bare.git');
    git(repositoryWith({ 'a.txt': 'a' }), 'clone', '--quiet', '--bare', '.', bare);
    git(bare, 'worktree', 'add', '--quiet', '../tree', 'main');
    expect(await sh(await opened(join(bare, '../tree')), 'git status --short; git log --format=%s')).toBe('first');
  });

  test('of a submodule, and of the repository around it, works', async () => {
    const inner = repositoryWith({ 'i.txt': 'i' });
    const outer = repositoryWith({ 'o.txt': 'o' });
    git(outer, 'submodule', '--quiet', 'add', inner, 'inner');
    git(outer, 'commit', '--quiet', '--message=second');
    const home = temporaryFolder();
    expect(
      await sh(
        await opened(outer, { home }),
        'git status --short; git -C inner log --format=%s; git submodule status | cut -c1',
      ),
    ).toBe('first');
    expect(
      await sh(await opened(join(outer, 'inner'), { home }), 'git status --short; git log --format=%s; cat i.txt'),
    ).toBe('first\ni');
  });

  test('of a shallow clone and of one that borrows objects works', async () => {
    const origin = repositoryWith({ 'a.txt': 'a' });
    git(origin, 'commit', '--quiet', '--allow-empty', '--message=second');
    const folder = temporaryFolder();
    git(folder, 'clone', '--quiet', '--depth=1', `file://${origin}`, 'shallow');
    git(folder, 'clone', '--quiet', '--shared', origin, 'borrower');
    const home = temporaryFolder();
    expect(await sh(await opened(join(folder, 'shallow'), { home }), 'git log --format=%s')).toBe('second');
    expect(await sh(await opened(join(folder, 'borrower'), { home }), 'git log --format=%s; git fsck 2>&1')).toContain(
      'second\nfirst',
    );
  });

  test('of a partial clone works without the objects that it never had', async () => {
    const origin = repositoryWith({ 'a.txt': 'old' });
    folderWith({ 'a.txt': 'new' }, origin);
    git(origin, 'commit', '--quiet', '--all', '--message=second');
    git(origin, 'config', 'uploadpack.allowFilter', 'true');
    const clone = join(temporaryFolder(), 'clone');
    git(origin, 'clone', '--quiet', '--filter=blob:none', `file://${origin}`, clone);
    const sandbox = await opened(clone);
    expect(await sh(sandbox, 'git log --format=%s; git status --short; cat a.txt')).toBe('second\nfirst\nnew');
    expect(await sh(sandbox, 'git show HEAD~:a.txt 2>&1 || true')).toMatch(/fatal/);
  });

  test('is made by several sessions at once without harm', async () => {
    const home = temporaryFolder();
    const root = repositoryWith({ 'a.txt': 'a' });
    const first = await Promise.all([1, 2, 3].map(() => opened(root, { home })));
    for (const sandbox of first) expect(await sh(sandbox, 'cat a.txt')).toBe('a');
    folderWith({ 'a.txt': 'b' }, root);
    const second = await Promise.all([1, 2, 3].map(() => opened(root, { home })));
    for (const sandbox of second) expect(await sh(sandbox, 'cat a.txt')).toBe('b');
    for (const sandbox of first) expect(await sh(sandbox, 'cat a.txt')).toBe('a');
  });

  test.each([
    ['a folder without Git', () => folderWith({ 'a.txt': 'a' }), 'a.txt'],
    ['an empty folder', () => temporaryFolder(), ''],
    ['a repository without commits', () => repositoryWithoutCommits(), ''],
    ['a detached head', () => detached(), 'a.txt'],
  ])('of %s works', async (_, make, files) => {
    expect(await sh(await opened(make()), 'ls')).toBe(files);
  });

  test('keeps odd names, links, modes and holes, and says what it leaves out', async () => {
    const root = repositoryWith({
      'tool.sh': '#!/bin/sh\necho ran',
      '-rf': 'dash',
      'new\nline': 'n',
      '"quoted"': 'q',
      '🚧 é': 'e',
    });
    writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.of(0xe9)]), 'latin');
    execFileSync('chmod', ['755', join(root, 'tool.sh')]);
    symlinkSync('/no/where', join(root, 'broken'));
    writeFileSync(join(root, 'sparse.img'), '');
    truncateSync(join(root, 'sparse.img'), 5 * 1024 ** 3);
    execFileSync('mkfifo', [join(root, 'pipe')]);
    mkdirSync(join(root, 'deep', 'x'.repeat(200), 'y'.repeat(200)), { recursive: true });
    const warnings: string[] = [];
    const sandbox = await opened(root, { onWarning: (message) => warnings.push(message) });
    expect(
      await sh(
        sandbox,
        './tool.sh; cat ./-rf new?line \\"quoted\\" 🚧*; cat caf?; readlink broken; stat -c %s sparse.img; ls pipe 2>&1 || true; ls deep',
      ),
    ).toBe(
      [
        'ran',
        `dashnqelatin/no/where`,
        String(5 * 1024 ** 3),
        "ls: cannot access 'pipe': No such file or directory",
        'x'.repeat(200),
      ].join('\n'),
    );
    expect(Number(await sh(sandbox, 'du -k sparse.img | cut -f1'))).toBeLessThan(1024);
    expect(warnings).toEqual(["Not in the sandbox's copy: pipe (not a file, folder or link)."]);
    expect(await sandbox.changes()).toMatchObject({ changes: [] });
  });

  function repositoryWithoutCommits(): string {
    const root = temporaryFolder();
    git(root, 'init', '--quiet');
    return root;
  }

  function detached(): string {
    const root = repositoryWith({ 'a.txt': 'a' });
    git(root, 'checkout', '--quiet', '--detach');
    return root;
  }
});

describe('the containers', () => {
  test('have no network, no privileges and nothing of the host', async () => {
    const sandbox = await opened(repositoryWith({ 'a.txt': 'a' }));
    for (const part of ['tools', 'command']) {
      const { HostConfig, Config } = JSON.parse(docker('inspect', `cofferdam-${sandbox.id}-${part}`))[0];
      expect(HostConfig).toMatchObject({
        Privileged: false,
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        IpcMode: 'private',
        PidsLimit: 1024,
      });
      expect(HostConfig.SecurityOpt).toEqual(['no-new-privileges:true']);
      expect(HostConfig.Memory).toBe(HostConfig.MemorySwap);
      expect(Config.User).toBe('1000:1000');
      for (const bind of HostConfig.Binds) expect(bind).toMatch(/^cofferdam-/);
    }
    expect(
      await sh(
        sandbox,
        'ls /sys/class/net; id -u; grep -h -E "^(CapEff|NoNewPrivs)" /proc/self/status; touch /etc/x 2>&1 || true',
      ),
    ).toBe("lo\n1000\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\ntouch: cannot touch '/etc/x': Read-only file system");
  });

  test('are found again by another process, started again after a stop, and gone after close', async () => {
    const home = temporaryFolder();
    const sandbox = await openSandbox({ workspace: repositoryWith({ 'a.txt': 'a' }), home });
    await sh(sandbox, 'echo b > b.txt');
    await sandbox.detach();
    docker('stop', '-t', '0', `cofferdam-${sandbox.id}-command`, `cofferdam-${sandbox.id}-tools`);
    expect(await listSandboxes()).toContainEqual({ ...sandbox.info, state: 'stopped' });
    const again = await attachSandbox(sandbox.id, { home });
    expect(await sh(again, 'cat b.txt')).toBe('b');
    await again.close();
    expect(docker('ps', '-aq', '--filter', `name=${sandbox.id}`)).toBe('');
    expect(docker('volume', 'ls', '-q', '--filter', `name=${sandbox.id}`)).toBe('');
    await expect(attachSandbox(sandbox.id, { home })).rejects.toMatchObject({ code: 'sandbox-not-found' });
  });

  test('of an abandoned session are pruned by age', async () => {
    const sandbox = await openSandbox({ workspace: repositoryWith({}), home: temporaryFolder() });
    expect(await pruneSandboxes({ olderThanMs: 3_600_000 })).not.toContain(sandbox.id);
    await sandbox.close();
  });

  test('of an opening that was aborted are removed', async () => {
    const controller = new AbortController();
    const root = repositoryWith({ 'a.txt': 'a' });
    const opening = openSandbox({
      workspace: root,
      home: temporaryFolder(),
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(opening).rejects.toThrow();
    expect((await listSandboxes()).filter(({ workspace }) => workspace === root)).toEqual([]);
  });

  test('run in an image of the user, as nobody in particular', async () => {
    const image = docker('images', '--format', '{{.Repository}}:{{.Tag}}', 'cofferdam/base');
    const sandbox = await opened(repositoryWith({ 'a.txt': 'a' }), { image });
    expect(await sh(sandbox, 'id -u; cat a.txt')).toBe('1000\na');
  });

  test.each(['a b', '../x', '--privileged', ''])('of an image named %j are refused', async (image) => {
    const opening = openSandbox({ workspace: repositoryWith({}), home: temporaryFolder(), image });
    await expect(opening).rejects.toMatchObject({
      code: 'image-missing',
      message: expect.stringContaining('not an image'),
    });
  });

  test('of an image that nobody has are refused with its name', async () => {
    const opening = openSandbox({
      workspace: repositoryWith({}),
      home: temporaryFolder(),
      image: 'localhost:1/no/such:image',
    });
    await expect(opening).rejects.toMatchObject({
      code: 'image-missing',
      message: expect.stringContaining('localhost:1/no/such:image'),
    });
  });
});
