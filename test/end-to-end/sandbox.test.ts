// `cofferdam sandbox`: the sandbox for scripts.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cofferdam, jsonLines, started } from '../support/cofferdam.js';
import { git, repositoryWith, temporaryFolder } from '../support/workspaces.js';

const files = { 'a.txt': 'a\n', 'gone.txt': 'going\n', 'folder/move.txt': 'moving\n', '.gitignore': 'ignored\n' };
const root = repositoryWith(files);
let id: string;

beforeAll(async () => {
  const { code, stdout } = await cofferdam(['sandbox', 'open', '--workspace', join(root, 'folder')]);
  id = stdout.trimEnd();
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^[0-9a-f]{10}\n$/)]);
});

const exec = (args: string[], input?: string) =>
  cofferdam(['sandbox', 'exec', id, ...args], input === undefined ? {} : { input });
const sh = (script: string) => exec(['--', 'sh', '-c', script]);

describe('exec', () => {
  test("keeps stdout and stderr apart, and exits with the command's code", async () => {
    expect(await sh('echo out; echo err >&2; exit 7')).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' });
  });

  test('starts in the folder that was opened, and passes on words, folder and environment as they are', async () => {
    expect((await exec(['--', 'pwd'])).stdout).toBe('/workspace/folder\n');
    const words = [
      '--cwd',
      '/workspace',
      '--env',
      'X=a=b c',
      '--',
      'sh',
      '-c',
      'pwd; echo "$X"; echo "$1"',
      'sh',
      '$HOME *',
    ];
    expect((await exec(words)).stdout).toBe('/workspace\na=b c\n$HOME *\n');
  });

  test('hands input on only when it is asked to', async () => {
    expect((await exec(['--stdin', '--', 'tr', 'a-z', 'A-Z'], 'shout\n')).stdout).toBe('SHOUT\n');
    expect((await exec(['--', 'cat'], 'not for you')).stdout).toBe('');
    expect((await exec(['--stdin', '--', 'true'], 'x'.repeat(1e6))).code).toBe(0);
  });

  test('loses nothing of a long output', async () => {
    const { stdout } = await exec(['--', 'seq', '500000']);
    expect(stdout.length).toBe(3_388_895);
    expect(stdout.endsWith('\n500000\n')).toBe(true);
  });

  test('exits with 128 and the signal, with 124 when out of time, with 1 and the reason when there is no such command', async () => {
    expect((await sh('kill -TERM $$')).code).toBe(143);
    expect(await exec(['--timeout', '0.2', '--', 'sleep', '60'])).toMatchObject({
      code: 124,
      stderr: 'Stopped after 0.2 s.\n',
    });
    expect(await exec(['--', 'no-such'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"no-such" was not found'),
    });
  });

  test('Ctrl-C ends the command with everything it started', async () => {
    const running = started(['sandbox', 'exec', id, '--', 'sh', '-c', 'sleep 4711 & echo begun; wait']);
    await running.printed('begun');
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect((await exec(['--', 'pgrep', 'sleep'])).stdout).toBe('');
  });
});

describe('changes and apply', () => {
  beforeAll(async () => {
    await exec([
      '--cwd',
      '/workspace',
      '--',
      'sh',
      '-c',
      'echo b >> a.txt; rm gone.txt; mv folder/move.txt moved.txt; head -c 9 /dev/zero > zeros; echo x > ignored',
    ]);
  });

  test('are listed for people, and as one JSON object a line', async () => {
    const { stdout, stderr } = await cofferdam(['sandbox', 'changes', id]);
    expect(stdout).toBe('M a.txt\nD gone.txt\nR folder/move.txt -> moved.txt\nA zeros (binary)\n');
    expect(stderr).toContain('1 changed files that Git ignores');
    const json = jsonLines((await cofferdam(['sandbox', 'changes', id, '--json', '--ignored'])).stdout);
    expect(json.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'modified a.txt',
      'deleted gone.txt',
      'added ignored',
      'renamed moved.txt',
      'added zeros',
    ]);
  });

  test('as a patch go through git apply', async () => {
    const clone = temporaryFolder();
    git(clone, 'clone', '--quiet', root, '.');
    const { stdout } = await cofferdam(['sandbox', 'changes', id, '--patch']);
    execFileSync('git', ['apply', '--index'], { cwd: clone, input: stdout });
    expect(git(clone, 'status', '--short').split('\n')).toEqual([
      'M  a.txt',
      'D  gone.txt',
      'R  folder/move.txt -> moved.txt',
      'A  zeros',
    ]);
  });

  test('are applied as chosen; a change underneath is a conflict with exit code 1', async () => {
    expect(await cofferdam(['sandbox', 'apply', id, '--only', 'a.txt', 'moved.txt'])).toEqual({
      code: 0,
      stdout: 'a.txt\nmoved.txt\n',
      stderr: '',
    });
    expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('a\nb\n');
    execFileSync('sh', ['-c', 'echo mine >> gone.txt'], { cwd: root });
    const { code, stdout, stderr } = await cofferdam(['sandbox', 'apply', id, '--json']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Not applied: gone.txt: ') });
    expect(jsonLines(stdout)).toMatchObject([
      { applied: expect.arrayContaining(['zeros']), conflicts: [{ path: 'gone.txt' }], refused: [] },
    ]);
    expect(readFileSync(join(root, 'gone.txt'), 'utf8')).toBe('going\nmine\n');
  });

  test('of a path that did not change: nothing is applied, and the message says where to look', async () => {
    const { code, stderr } = await cofferdam(['sandbox', 'apply', id, '--only', '.gitignore']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('.gitignore') });
  });
});

test('a sandbox is listed while it is there; closed, it is gone with its containers and volumes', async () => {
  const [opened] = jsonLines((await cofferdam(['sandbox', 'open', '--json', '--workspace', root])).stdout);
  const other = String(opened?.['id']);
  const listed = jsonLines((await cofferdam(['sandbox', 'list', '--json'])).stdout);
  expect(listed).toContainEqual(expect.objectContaining({ id: other, workspace: root, folder: '', state: 'running' }));
  expect((await cofferdam(['sandbox', 'list'])).stdout).toMatch(new RegExp(`^${other}  running  \\S+Z  ${root}$`, 'm'));
  expect(await cofferdam(['sandbox', 'close', other])).toEqual({ code: 0, stdout: '', stderr: '' });
  expect((await cofferdam(['sandbox', 'list'])).stdout).not.toContain(other);
  for (const what of [
    ['ps', '--all'],
    ['volume', 'ls'],
  ])
    expect(execFileSync('docker', [...what, '--quiet', '--filter', `name=${other}`], { encoding: 'utf8' })).toBe('');
  expect(await cofferdam(['sandbox', 'close', other])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no sandbox'),
  });
});
