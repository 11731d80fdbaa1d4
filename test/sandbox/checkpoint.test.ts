// Checkpoints of a copy against the real engine: what comes back, where, and what stays as it is.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forkSandbox, openSandbox, type Sandbox } from '@cofferdam/sandbox';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { opened, repositoryWith, sh, temporaryFolder } from '../support/workspaces.js';

/** Every entry of the copy but Git's own: kind, mode, target, content. */
const LIST = `find . -name .git -prune -o -printf '%P\\t%y%m\\t%l\\t' \\( -type f -exec md5sum {} \\; -o -printf '\\n' \\) | sort`;
const tree = (sandbox: Sandbox) => sh(sandbox, LIST);

const files = { a: 'a', 'd/b': 'b', 'd/e/c': 'c', '.gitignore': 'build\n', 'run.sh': 'true\n' };

function keeping(folder = temporaryFolder()) {
  return (name: string) => ({ folder, name });
}

test('everything comes back: contents, modes, links, empty folders, what Git ignores, odd names', async () => {
  const sandbox = await opened(repositoryWith(files));
  const at = keeping();
  await sh(
    sandbox,
    `echo changed > a; rm d/b; mkdir -p build empty/inner; echo out > build/x; chmod 700 run.sh; ln -s a link
     printf x > "$(printf 'odd\\nname\\351')"; rm -r d/e; echo file > d/e`,
  );
  const before = await tree(sandbox);
  expect(await sandbox.checkpoint(at('one'))).toMatchObject({ skipped: [] });
  await sh(
    sandbox,
    `rm -rf a link build empty odd*; mkdir a; echo new > a/inside; echo back > d/b; rm d/e; mkdir d/e; echo c > d/e/c; chmod 644 run.sh; echo more > more`,
  );
  expect(await sandbox.restore(at('one'))).toMatchObject({ conflicts: [] });
  expect(await tree(sandbox)).toBe(before);
});

test('what runs goes on, through checkpoint and restore', async () => {
  const sandbox = await opened(repositoryWith(files));
  const at = keeping();
  const running = sandbox.exec(['sh', '-c', 'read line; echo "still here: $line"'], { stdin: true });
  await sandbox.checkpoint(at('one'));
  await sh(sandbox, 'echo changed > a');
  await sandbox.restore(at('one'));
  running.stdin.end('yes\n');
  let said = '';
  for await (const chunk of running.stdout) said += chunk;
  expect(said).toBe('still here: yes\n');
  expect(await sh(sandbox, 'cat a')).toBe('a');
});

test('a checkpoint costs what changed since the last one', async () => {
  const sandbox = await opened(repositoryWith(files));
  const at = keeping();
  await sh(sandbox, 'head -c 3000000 /dev/urandom > big; echo 1 > small');
  const first = await sandbox.checkpoint(at('one'));
  expect(first.bytes).toBeGreaterThan(3_000_000);
  await sh(sandbox, 'echo 2 > small');
  expect(await sandbox.checkpoint(at('two'))).toMatchObject({ files: 1, bytes: 2 });
  expect(await sandbox.checkpoint(at('three'))).toMatchObject({ bytes: 0 });
});

test('a fork stands on the same snapshot, whatever the user did to the workspace since', async () => {
  const root = repositoryWith(files);
  const home = temporaryFolder();
  const sandbox = await opened(root, { home });
  const at = keeping();
  await sh(sandbox, 'echo changed > a');
  const before = await tree(sandbox);
  await sandbox.checkpoint(at('one'));
  await sh(sandbox, 'echo later > a');
  writeFileSync(join(root, 'd/b'), 'of the user');
  const fork = await forkSandbox(sandbox.id, { home });
  onTestFinished(() => fork.close());
  expect(await fork.restore(at('one'))).toMatchObject({ conflicts: [] });
  expect(await tree(fork)).toBe(before);
  // Each goes its own way from here.
  await sh(fork, 'echo fork > a');
  expect(await sh(sandbox, 'cat a')).toBe('later');
});

test('where the sandbox is gone, its files come back into a new one, but for what the user changed meanwhile', async () => {
  const root = repositoryWith(files);
  const home = temporaryFolder();
  const at = keeping();
  const lost = await openSandbox({ workspace: root, home });
  await sh(lost, 'echo changed > a; echo changed > d/b; echo new > n');
  await lost.checkpoint(at('one'));
  await lost.close();
  writeFileSync(join(root, 'd/b'), 'of the user');
  const sandbox = await opened(root, { home });
  const { conflicts } = await sandbox.restore(at('one'));
  expect(conflicts).toMatchObject([{ path: 'd/b' }]);
  expect(await sh(sandbox, 'cat a n d/b')).toBe('changed\nnew\nof the user');
});

test('a restore that was cut short is done by another one', async () => {
  const sandbox = await opened(repositoryWith(files));
  const at = keeping();
  await sh(sandbox, 'for i in $(seq 300); do echo $i > f$i; done');
  const before = await tree(sandbox);
  await sandbox.checkpoint(at('one'));
  await sh(sandbox, 'rm f*; mkdir f1; echo x > f1/x');
  // As after a crash: some are back, some are not.
  await sh(sandbox, 'for i in $(seq 100 200); do echo $i > f$i; done; echo half > f50');
  await sandbox.restore(at('one'));
  await sandbox.restore(at('one'));
  expect(await tree(sandbox)).toBe(before);
});

test('a checkpoint that is not there, or is damaged, is told and nothing is touched', async () => {
  const sandbox = await opened(repositoryWith(files));
  const folder = temporaryFolder();
  const at = keeping(folder);
  await sh(sandbox, 'echo changed > a');
  await sandbox.checkpoint(at('one'));
  await sh(sandbox, 'echo later > a');
  await expect(sandbox.restore(at('two'))).rejects.toMatchObject({ code: 'checkpoint-not-found' });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.pack'))) rmSync(join(folder, file));
  await expect(sandbox.restore(at('one'))).rejects.toMatchObject({ code: 'checkpoint-damaged' });
  expect(await sh(sandbox, 'cat a')).toBe('later');
  await expect(sandbox.checkpoint(at('../out'))).rejects.toMatchObject({ code: expect.any(String) });
});

const path = fc.constantFrom('a', 'b', 'd', 'd/b', 'd/e/c', 'build/x', 'n/m');
const makeFolder = (of: string) => `mkdir -p "$(dirname ${of})" 2>/dev/null`;
const edit = fc.oneof(
  fc.tuple(path, fc.nat(9)).map(([to, text]) => `${makeFolder(to)}; rm -rf ${to}; printf ${text} > ${to}`),
  fc.tuple(path, path).map(([from, to]) => `${makeFolder(to)}; mv -T ${from} ${to}`),
  path.map((at) => `rm -rf ${at}`),
  path.map((at) => `chmod 700 ${at}`),
  path.map((at) => `rm -rf ${at}; ${makeFolder(at)}; ln -s gone ${at}`),
  path.map((at) => `rm -rf ${at}; mkdir -p ${at}`),
);

test('whatever was done, each checkpoint brings back its own state', { timeout: 300_000 }, async () => {
  const sandbox = await opened(repositoryWith(files));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(edit, { maxLength: 6 }), { minLength: 2, maxLength: 4 }), async (rounds) => {
      const at = keeping();
      const states: string[] = [];
      for (const [i, edits] of rounds.entries()) {
        for (const script of edits) await sh(sandbox, `{ ${script}; } 2>/dev/null || true`);
        await sandbox.checkpoint(at(`c${i}`));
        states.push(await tree(sandbox));
      }
      for (const i of [...states.keys()].reverse()) {
        expect(await sandbox.restore(at(`c${i}`))).toMatchObject({ conflicts: [] });
        expect(await tree(sandbox)).toBe(states[i]);
      }
    }),
    { numRuns: 12 },
  );
});
