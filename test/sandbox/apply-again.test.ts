// A session goes on after its changes were applied: what the workspace has from it is no change any more.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { attachSandbox, forkSandbox, openSandbox, type Sandbox } from '@cofferdam/sandbox';
import { describe, expect, onTestFinished, test } from 'vitest';
import { home, type Running, started } from '../support/cofferdam.js';
import { opened, repositoryWith, sh, temporaryFolder } from '../support/workspaces.js';

const files = {
  'a.js': 'v0\n',
  'b.js': 'a file that moves about\n',
  'run.sh': '#!/bin/sh\n',
  'src/c.js': 'c\n',
  '.gitignore': 'build/\n',
};

/** A sandbox in which `first` was done and applied. */
async function applied(first: string, paths?: string[]) {
  const root = repositoryWith(files);
  const home = temporaryFolder();
  const sandbox = await opened(root, { home });
  await sh(sandbox, first);
  expect(await sandbox.apply(paths)).toMatchObject({ conflicts: [], refused: [] });
  return { root, home, sandbox, at: (path: string) => join(root, path) };
}

async function listed(sandbox: Sandbox, options?: Parameters<Sandbox['changes']>[0]): Promise<string[]> {
  const { changes } = await sandbox.changes(options);
  return changes.map(({ kind, path, from, applied: done }) =>
    [...(done ? ['applied'] : []), kind, ...(from === undefined ? [] : [from]), path].join(' '),
  );
}

/** What `git apply` makes of the workspace with the sandbox's patch, which is to be what the copy holds. */
async function patchFits(sandbox: Sandbox, root: string): Promise<void> {
  const input = await buffer(await sandbox.patch());
  if (input.length > 0) execFileSync('git', ['apply', '-'], { cwd: root, input });
  execFileSync('git', ['add', '--all'], { cwd: root });
  const tree = execFileSync('git', ['write-tree'], { cwd: root, encoding: 'utf8' }).trim();
  expect(await sh(sandbox, 'git add --all; git write-tree')).toBe(tree);
}

/** The journals of the runs that go on or were cut short. */
function journals(): string {
  const folder = join(home, 'applies');
  if (!existsSync(folder)) return '';
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.map((name) => readIfThere(join(folder, name))).join('\n');
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // its run ended meanwhile
  }
}

/** False where the program was through that before it was killed. */
async function killedWhile(state: string, apply: Running): Promise<boolean> {
  const reached = () => journals().includes(`"state":"${state}","units":[{`);
  let over = false;
  const ended = apply.ended.finally(() => {
    over = true;
  });
  while (!over && !reached()) await setTimeout(1);
  apply.kill('SIGKILL');
  await ended;
  return reached();
}

describe('after an apply', () => {
  test('nothing is left to tell, unless it is asked for', async () => {
    const { sandbox } = await applied('echo v1 > a.js; mv b.js moved.js; chmod +x run.sh; rm src/c.js; echo n > new');
    expect(await listed(sandbox)).toEqual([]);
    expect(await text(await sandbox.patch())).toBe('');
    expect(await listed(sandbox, { includeApplied: true })).toEqual([
      'applied modified a.js',
      'applied renamed b.js moved.js',
      'applied added new',
      'applied mode run.sh',
      'applied deleted src/c.js',
    ]);
    expect(await sandbox.apply()).toEqual({ applied: [], conflicts: [], refused: [] });
  });

  test('a file that changes again is told and applied from what was applied', async () => {
    const { sandbox, at } = await applied('echo v1 > a.js');
    await sh(sandbox, 'echo v2 > a.js');
    expect(await listed(sandbox)).toEqual(['modified a.js']);
    expect(await text(await sandbox.read('a.js', 'old'))).toBe('v1\n');
    expect(await text(await sandbox.patch())).toContain('-v1\n+v2\n');
    expect((await sandbox.apply()).applied).toEqual(['a.js']);
    expect(readFileSync(at('a.js'), 'utf8')).toBe('v2\n');
  });

  test('what the user makes of it is kept', async () => {
    const { sandbox, at } = await applied('echo v1 > a.js; echo n > new; rm src/c.js');
    await sh(sandbox, 'echo v2 > a.js; rm new; echo again > src/c.js; echo r >> run.sh');
    writeFileSync(at('a.js'), 'mine');
    writeFileSync(at('new'), 'mine');
    execFileSync('mkdir', ['-p', at('src')]);
    writeFileSync(at('src/c.js'), 'mine');
    const { applied: done, conflicts } = await sandbox.apply();
    expect(done).toEqual(['run.sh']);
    expect(conflicts.map(({ path }) => path)).toEqual(['a.js', 'new', 'src/c.js']);
    for (const path of ['a.js', 'new', 'src/c.js']) expect(readFileSync(at(path), 'utf8')).toBe('mine');
    writeFileSync(at('a.js'), 'v1\n');
    expect((await sandbox.apply(['a.js'])).applied).toEqual(['a.js']);
    expect(readFileSync(at('a.js'), 'utf8')).toBe('v2\n');
  });

  test('what was added and applied goes from the workspace when it goes from the copy', async () => {
    const { sandbox, at } = await applied('mkdir made; echo n > made/new; ln -s a.js link');
    await sh(sandbox, 'rm -r made link');
    expect(await listed(sandbox)).toEqual(['deleted link', 'deleted made/new']);
    expect((await sandbox.apply()).applied).toEqual(['link', 'made/new']);
    expect([existsSync(at('made')), existsSync(at('link'))]).toEqual([false, false]);
    expect(await listed(sandbox, { includeApplied: true })).toEqual([]);
  });

  test('what was deleted and applied comes back', async () => {
    const { sandbox, at } = await applied('rm a.js src/c.js');
    await sh(sandbox, 'echo v0 > a.js; mkdir -p src; echo other > src/c.js');
    expect(await listed(sandbox)).toEqual(['added a.js', 'added src/c.js']);
    await expect(sandbox.read('a.js', 'old').then(text)).rejects.toMatchObject({ code: 'change-unknown' });
    expect((await sandbox.apply()).applied).toEqual(['a.js', 'src/c.js']);
    expect(readFileSync(at('a.js'), 'utf8')).toBe('v0\n');
  });

  test('a file that is back as it was at the start is a change again', async () => {
    const { sandbox, root, at } = await applied('echo v1 > a.js; chmod +x run.sh; mv b.js moved.js');
    await sh(sandbox, 'echo v0 > a.js; chmod -x run.sh; mv moved.js b.js');
    expect(await listed(sandbox)).toEqual(['modified a.js', 'renamed moved.js b.js', 'mode run.sh']);
    expect(await text(await sandbox.read('moved.js', 'old'))).toBe(files['b.js']);
    expect((await sandbox.apply()).applied).toEqual(['a.js', 'b.js', 'run.sh']);
    expect(execFileSync('git', ['status', '--short'], { cwd: root, encoding: 'utf8' })).toBe('');
    expect(statSync(at('run.sh')).mode & 0o111).toBe(0);
  });

  test('a file moves on from where it was moved to', async () => {
    const { sandbox, root } = await applied('mv b.js moved.js');
    await sh(sandbox, 'mkdir deep; mv moved.js deep/b.js; chmod +x deep/b.js; ln -s deep/b.js b.js');
    expect(await listed(sandbox)).toEqual(['symlink b.js', 'renamed moved.js deep/b.js']);
    await patchFits(sandbox, root);
  });

  test('a folder takes the place of a file, and the other way round', async () => {
    const { sandbox, root } = await applied('rm a.js; mkdir a.js; echo x > a.js/x; rm -r src; echo other > src');
    await sh(sandbox, 'rm -r a.js; echo file > a.js; rm src; mkdir src; echo deep > src/c.js');
    expect(await listed(sandbox)).toEqual(['added a.js', 'deleted a.js/x', 'deleted src', 'added src/c.js']);
    expect(await sandbox.apply()).toMatchObject({ conflicts: [], refused: [] });
    await patchFits(sandbox, root);
  });

  test('the patch takes the workspace from what was applied to what the copy has', async () => {
    const { sandbox, root } = await applied(
      `echo v1 > a.js; mv b.js moved.js; chmod +x run.sh; printf 'x\\000y' > bin; ln -s a.js link; head -c 9000000 /dev/zero > big`,
    );
    await sh(
      sandbox,
      `echo v2 > a.js; echo more >> moved.js; echo r >> run.sh; printf 'x\\000z' > bin; ln -sfn run.sh link; echo n > 'new "x"'; rm src/c.js; echo end >> big`,
    );
    expect(await text(await sandbox.patch(['link']))).toContain('-a.js');
    await patchFits(sandbox, root);
  });

  test('binary is what is now or was applied, not what was before that', async () => {
    const { sandbox } = await applied(`printf '\\000' > a.js; printf '\\000' > b.js`);
    await sh(sandbox, 'echo text > a.js; echo text > b.js');
    await sandbox.apply(['b.js']);
    await sh(sandbox, 'echo more > b.js');
    const { changes } = await sandbox.changes();
    expect(changes.map(({ path, binary }) => [path, binary])).toEqual([
      ['a.js', true],
      ['b.js', false],
    ]);
  });
});

describe('of some paths', () => {
  test('the others stay as they were told', async () => {
    const { sandbox, at } = await applied('echo v1 > a.js; mv b.js moved.js; rm src/c.js', ['a.js']);
    expect(await listed(sandbox)).toEqual(['renamed b.js moved.js', 'deleted src/c.js']);
    await sh(sandbox, 'echo v2 > a.js; rm moved.js');
    expect(await listed(sandbox)).toEqual(['modified a.js', 'deleted b.js', 'deleted src/c.js']);
    expect((await sandbox.apply(['b.js'])).applied).toEqual(['b.js']);
    expect([readFileSync(at('a.js'), 'utf8'), existsSync(at('b.js')), existsSync(at('src/c.js'))]).toEqual([
      'v1\n',
      false,
      true,
    ]);
  });

  test('one that the workspace has already may be named, and is looked at again', async () => {
    const { sandbox, at } = await applied('echo v1 > a.js');
    expect(await sandbox.apply(['a.js'])).toEqual({ applied: ['a.js'], conflicts: [], refused: [] });
    writeFileSync(at('a.js'), 'mine');
    expect((await sandbox.apply(['a.js'])).conflicts.map(({ path }) => path)).toEqual(['a.js']);
    await expect(sandbox.patch(['a.js']).then(text)).rejects.toMatchObject({ code: 'change-unknown' });
  });

  test('one that Git ignores is told with the ignored ones only', async () => {
    const { sandbox, at } = await applied('mkdir build; echo 1 > build/x', ['build/x']);
    await sh(sandbox, 'echo 2 > build/x');
    expect(await listed(sandbox)).toEqual([]);
    expect(await listed(sandbox, { includeIgnored: true })).toEqual(['modified build/x']);
    expect(await text(await sandbox.patch(['build/x']))).toContain('-1\n+2\n');
    await sh(sandbox, 'rm -r build');
    expect(await listed(sandbox)).toEqual([]);
    expect((await sandbox.apply(['build/x'])).applied).toEqual(['build/x']);
    expect(existsSync(at('build'))).toBe(false);
  });

  test('one that moved to where Git ignores it is chosen as it was told', async () => {
    const { sandbox, at } = await applied('echo v1 >> b.js', ['b.js']);
    await sh(sandbox, 'mkdir build; mv b.js build/b.js; echo 1 > build/x');
    expect(await listed(sandbox)).toEqual(['deleted b.js']);
    expect(await listed(sandbox, { includeIgnored: true })).toContain('renamed b.js build/b.js');
    expect(await text(await sandbox.patch(['b.js', 'build/x']))).toContain('deleted file');
    expect((await sandbox.apply(['b.js', 'build/x'])).applied).toEqual(['b.js', 'build/x']);
    expect([existsSync(at('b.js')), existsSync(at('build/b.js')), existsSync(at('build/x'))]).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('a change that was taken over by hand counts as applied once it is applied', async () => {
    const { sandbox, root } = await applied('true');
    await sh(sandbox, 'echo v1 > a.js');
    execFileSync('git', ['apply', '-'], { cwd: root, input: await buffer(await sandbox.patch()) });
    expect((await sandbox.apply()).applied).toEqual(['a.js']);
    await sh(sandbox, 'echo v2 > a.js');
    expect(await sandbox.apply()).toEqual({ applied: ['a.js'], conflicts: [], refused: [] });
  });
});

describe('what is remembered', () => {
  test.each(['staging', 'committed'])('fits the workspace after a crash while its run is %s', async (state) => {
    const root = repositoryWith(files);
    const sandbox = await opened(root, { home });
    await sh(sandbox, 'mkdir many; for i in $(seq 300); do echo $i > many/$i; done');
    for (let cutShort = false; !cutShort; ) {
      await sh(sandbox, 'for file in a.js many/*; do echo more >> $file; done');
      cutShort = await killedWhile(state, started(['sandbox', 'apply', sandbox.id]));
    }
    await sh(sandbox, 'for file in a.js many/*; do echo v2 > $file; done');
    const report = await sandbox.apply();
    expect([report.applied.length, report.conflicts, report.refused]).toEqual([301, [], []]);
    expect([readFileSync(join(root, 'a.js'), 'utf8'), readFileSync(join(root, 'many/300'), 'utf8')]).toEqual([
      'v2\n',
      'v2\n',
    ]);
    expect([await listed(sandbox), journals()]).toEqual([[], '']);
  });

  test('is known to whoever attaches to the sandbox, and to its forks', async () => {
    const { sandbox, home, at } = await applied('echo v1 > a.js; echo n > new');
    const fork = await forkSandbox(sandbox.id, { home });
    onTestFinished(() => fork.close());
    expect(await listed(fork)).toEqual(['modified a.js', 'deleted new']);
    const again = await attachSandbox(sandbox.id, { home });
    await sh(again, 'echo v2 > a.js');
    expect((await again.apply()).applied).toEqual(['a.js']);
    await again.detach();
    expect(readFileSync(at('a.js'), 'utf8')).toBe('v2\n');
    expect((await fork.apply()).conflicts.map(({ path }) => path)).toEqual(['a.js']);
  });

  test('goes with the sandbox', async () => {
    const home = temporaryFolder();
    const root = repositoryWith(files);
    const remembered = () => readdirSync(join(home, 'applied'));
    const closed = await openSandbox({ home, workspace: root });
    await sh(closed, 'echo v1 > a.js');
    await closed.apply();
    expect(remembered()).toEqual([closed.id]);
    await closed.close();
    expect(remembered()).toEqual([]);
  });

  test('that cannot be understood is an error that says what to do', async () => {
    const { sandbox, home } = await applied('echo v1 > a.js');
    const record = join(home, 'applied', sandbox.id, 'record.json');
    writeFileSync(record, 'x');
    await expect(sandbox.changes()).rejects.toMatchObject({
      code: 'apply-failed',
      remedy: expect.stringContaining('Remove'),
    });
    rmSync(record);
    expect(await listed(sandbox)).toEqual(['modified a.js']);
    expect((await sandbox.apply()).applied).toEqual(['a.js']);
    expect(await listed(sandbox)).toEqual([]);
  });
});
