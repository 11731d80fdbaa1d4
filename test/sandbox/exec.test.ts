import { execFileSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { attachSandbox, collect, openSandbox, type Sandbox } from '@cofferdam/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryWith, sh, temporaryFolder } from '../support/workspaces.js';

let sandbox: Sandbox;
let home: string;

beforeAll(async () => {
  home = temporaryFolder();
  sandbox = await openSandbox({ workspace: repositoryWith({ 'a.txt': 'a' }), home });
});
afterAll(() => sandbox.close());

const alive = (name: string) => sh(sandbox, `pgrep -x ${name} || true`);

test('stdout, stderr and the exit code arrive apart', async () => {
  const { stdout, stderr, ...result } = await collect(sandbox.exec(['sh', '-c', 'echo out; echo err >&2; exit 3']));
  expect([String(stdout), String(stderr)]).toEqual(['out\n', 'err\n']);
  expect(result).toMatchObject({
    exitCode: 3,
    signal: null,
    timedOut: false,
    truncated: false,
    stdoutBytes: 4,
    stderrBytes: 4,
  });
});

test('arguments are not seen by any shell', async () => {
  const { stdout } = await collect(sandbox.exec(['printf', '%s|', '$HOME', '; rm -rf /', '"', '\n', '🚧']));
  expect(String(stdout)).toBe('$HOME|; rm -rf /|"|\n|🚧|');
});

test("the environment is the image's, ours and the caller's, and nothing of the host", async () => {
  process.env['ANTHROPIC_API_KEY'] ??= 'secret-of-the-host';
  const { stdout } = await collect(sandbox.exec(['env'], { env: { ADDED: 'yes' } }));
  expect(String(stdout)).toContain('ADDED=yes\n');
  expect(String(stdout)).toContain('HOME=/home/cofferdam\n');
  expect(String(stdout)).not.toMatch(/ANTHROPIC|DOCKER_|secret-of-the-host/);
});

test('a time limit ends the whole process tree, daemons that ignore signals included', async () => {
  const script = 'trap "" TERM INT HUP; setsid nohup sleep 4242 >/dev/null 2>&1 & (trap "" TERM; sleep 4243) & wait';
  const result = await collect(sandbox.exec(['sh', '-c', script], { timeoutMs: 500 }));
  expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: true });
  expect(await alive('sleep')).toBe('');
});

test('a command that ends takes its background children along', async () => {
  const result = await collect(sandbox.exec(['sh', '-c', 'sleep 4244 & echo started']));
  expect([result.exitCode, String(result.stdout)]).toEqual([0, 'started\n']);
  expect(await alive('sleep')).toBe('');
});

test('a fork bomb is stopped and the sandbox stays usable', async () => {
  const bomb = 'f() { f | f & }; f; sleep 60';
  const result = await collect(sandbox.exec(['bash', '-c', bomb], { timeoutMs: 3000 }));
  expect(result.timedOut).toBe(true);
  expect(await sh(sandbox, 'echo fine')).toBe('fine');
});

test('input is streamed to a command that wants it', async () => {
  const execution = sandbox.exec(['wc', '-c'], { stdin: true });
  for (let i = 0; i < 64; i += 1) execution.stdin.write(Buffer.alloc(1024 ** 2));
  execution.stdin.end();
  expect((await text(execution.stdout)).trim()).toBe(String(64 * 1024 ** 2));
  execution.stderr.resume();
  expect(await execution.result).toMatchObject({ exitCode: 0 });
});

test('output beyond the limit is counted, not kept', async () => {
  const result = await collect(sandbox.exec(['head', '-c', '100000000', '/dev/zero'], { maxOutputBytes: 1000 }));
  expect(result).toMatchObject({ exitCode: 0, truncated: true, stdoutBytes: 100_000_000 });
  expect(result.stdout.length).toBe(1000);
});

test('a command waits for a reader that is slow, and others do not', async () => {
  const flood = sandbox.exec([
    'sh',
    '-c',
    'yes > /dev/stdout & sleep 0.5; kill $!; wait 2>/dev/null; cat /proc/meminfo >/dev/null',
  ]);
  flood.stderr.resume();
  await new Promise((resolve) => flood.stdout.once('readable', resolve));
  expect(await sh(sandbox, 'echo others go on')).toBe('others go on');
  flood.kill();
  flood.stdout.resume();
  expect((await flood.result).stdoutBytes).toBeLessThan(16 * 1024 ** 2);
});

test('aborting ends the command', async () => {
  const controller = new AbortController();
  const execution = sandbox.exec(['sleep', '4245'], { signal: controller.signal });
  setTimeout(() => controller.abort(), 300);
  expect(await collect(execution)).toMatchObject({ signal: 'SIGKILL' });
});

test.each([
  [['no-such-command'], {}, 'no-such-command'],
  [['true'], { cwd: '/no/such/folder' }, '/no/such/folder'],
  [['/workspace/a.txt'], {}, 'a.txt'],
])('%j %j cannot be started, and the error names it', async (argv, options, name) => {
  await expect(collect(sandbox.exec(argv, options))).rejects.toMatchObject({
    code: 'exec-failed',
    message: expect.stringContaining(name),
  });
});

test('a command that kills the runner loses it, and the next one finds a clean container', async () => {
  await expect(collect(sandbox.exec(['sh', '-c', 'sleep 4246 & kill -9 -1']))).rejects.toMatchObject({
    code: 'runner-lost',
  });
  expect(await alive('sleep')).toBe('');
});

test('commands end when the process that started them is killed', async () => {
  const other = await attachSandbox(sandbox.id, { home });
  const execution = other.exec(['sleep', '4247']);
  execution.result.catch(() => {});
  expect(await sh(sandbox, 'until pgrep -x sleep; do :; done')).not.toBe('');
  await other.detach();
  expect(await sh(sandbox, 'while pgrep -x sleep; do :; done; echo gone')).toContain('gone');
});

test('the memory limit ends the command, not the sandbox', async () => {
  const container = `cofferdam-${sandbox.id}-command`;
  execFileSync('docker', ['update', '--memory', '100m', '--memory-swap', '100m', container]);
  const result = await collect(sandbox.exec(['python3', '-c', 'kept = b"x" * 10**9']));
  expect(result.signal).toBe('SIGKILL');
  expect(await sh(sandbox, 'echo fine')).toBe('fine');
});
