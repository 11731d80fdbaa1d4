// What cannot work says why and what to do, and leaves everything as it was.
import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { call, say } from '../fakes/messages-api/index.js';
import { cofferdam, modelThatPlays, sandboxesOf } from '../support/cofferdam.js';
import { folderWith, git, repositoryWith } from '../support/workspaces.js';

const folder = folderWith({ 'file.txt': 'not a folder\n' });

test.each([
  ['sandbox open --wokspace .', '--wokspace'],
  ['sandbox changes', 'Name the sandbox.'],
  ['sessions resume', 'Name the session'],
  ['doctor --fixx', '--fixx'],
  ['run Task --workspace no-such-folder', 'no-such-folder is not a folder.'],
  ['run Task --workspace file.txt', 'file.txt is not a folder.'],
  ['run Task --apply some', 'must be one of: ask, all, none.'],
  ['mcp git', 'git needs --root DIR or --sandbox ID.'],
  ['mcp files --root no-such-folder', 'no-such-folder is not a folder.'],
])('cofferdam %s: wrong usage, exit code 2', async (line, message) => {
  const { code, stdout, stderr } = await cofferdam(line.split(' '), { cwd: folder });
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
});

test.each([
  ['run Task', 'ANTHROPIC_API_KEY is not set.'],
  ['sandbox open --workspace no-such-folder', 'no-such-folder does not exist. Name an existing folder'],
  ['sandbox open --workspace file.txt', 'file.txt is not a folder. Name an existing folder'],
  ['sandbox open --image localhost:1/no/such', 'localhost:1/no/such'],
  ['sandbox exec 0123456789 -- true', 'There is no sandbox "0123456789". See `cofferdam sandbox list`.'],
  ['sandbox close ../../etc', 'There is no sandbox "../../etc".'],
  ['sessions show 20260101-000000-abcdef', 'List them with "cofferdam sessions list".'],
  ['sessions delete ../../../etc', 'There is no session "../../../etc".'],
  ['mcp commands --sandbox 0123456789', 'There is no sandbox "0123456789".'],
])('cofferdam %s: failed, exit code 1, with the reason and no stack', async (line, message) => {
  const { code, stdout, stderr } = await cofferdam(line.split(' '), { cwd: folder });
  expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test('without an engine everything that needs one says which were tried, and what to do', async () => {
  const env = { DOCKER_HOST: 'unix:///no/such.sock', ANTHROPIC_API_KEY: 'any' };
  for (const line of ['run Task', 'sandbox open', 'sandbox list', 'doctor']) {
    const { code, stdout, stderr } = await cofferdam(line.split(' '), { cwd: folder, env });
    expect([line, code]).toEqual([line, 1]);
    expect(stdout + stderr).toMatch(
      /unix:\/\/\/no\/such.sock \(DOCKER_HOST\): there is no such socket\n.*Start Docker/,
    );
  }
});

test.runIf(process.getuid?.() === 0)(
  'a read-only workspace is worked on, refuses the result as a whole, and takes it once it can be written to',
  async () => {
    const root = repositoryWith({ 'a.txt': 'a\n', 'b/c.txt': 'c\n' });
    const unmount = mountReadOnly(root);
    const model = await modelThatPlays([
      call('files__write_file', { path: 'a.txt', content: 'A\n' }),
      call('files__write_file', { path: 'new.txt', content: 'new\n' }),
      say('Done.'),
    ]);
    const { code, stderr } = await cofferdam(['run', 'Shout', '--approve', 'all', '--apply', 'all'], {
      model,
      cwd: root,
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/"a.txt".*nothing was applied/) });
    unmount();
    expect(git(root, 'status', '--short')).toBe('');

    const [sandbox = ''] = await sandboxesOf(root);
    expect(await cofferdam(['sandbox', 'apply', sandbox])).toEqual({ code: 0, stdout: 'a.txt\nnew.txt\n', stderr: '' });
    expect(git(root, 'status', '--short').split('\n')).toEqual(['M a.txt', '?? new.txt']);
  },
);

/** Answers what undoes it. */
function mountReadOnly(path: string): () => void {
  execFileSync('mount', ['--bind', path, path]);
  let mounted = true;
  const unmount = () => {
    if (mounted) execFileSync('umount', [path]);
    mounted = false;
  };
  onTestFinished(unmount);
  execFileSync('mount', ['--options', 'remount,bind,ro', path]);
  return unmount;
}
