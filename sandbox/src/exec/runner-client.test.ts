import { mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodePath } from '../paths.js';
import { collect } from './collect.js';
import { compileRunner, startClient } from './testing.js';
import type { ExecOptions } from './types.js';

let runner: string;
beforeAll(async () => {
  runner = await compileRunner();
});

const run = async (argv: readonly string[], options?: ExecOptions) => {
  const { stdout, stderr, ...result } = await collect(startClient(runner).client.exec(argv, options), {
    maxBytes: 1e6,
  });
  return { ...result, stdout: stdout.toString(), stderr: stderr.toString() };
};
const sh = (script: string, options?: ExecOptions) => run(['sh', '-c', script], options);

describe('a command', () => {
  test('has separate outputs, an exit code and a duration', async () => {
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
      stdout: 'out\n',
      stderr: 'err\n',
      exitCode: 3,
      signal: null,
      durationMs: expect.any(Number),
      timedOut: false,
      truncated: false,
      stdoutBytes: 4,
      stderrBytes: 4,
    });
  });

  test('that a signal ended has that signal and no exit code', async () =>
    expect(await sh('kill -USR1 $$')).toMatchObject({ exitCode: null, signal: 'SIGUSR1', timedOut: false }));

  test('that a real-time signal ended has the exit code a shell gives it', async () =>
    expect(await sh('kill -40 $$')).toMatchObject({ exitCode: 168, signal: null }));

  test('gets its arguments as they are, whatever bytes they hold', async () => {
    const argument = decodePath(Buffer.from([0x20, 0x27, 0x24, 0xff, 0x0a, 0xc3, 0xa9]));
    const execution = startClient(runner).client.exec(['printf', '%s|', argument, '', '$HOME']);
    const { stdout } = await collect(execution, { maxBytes: 100 });
    expect(stdout).toEqual(
      Buffer.concat([Buffer.from([0x20, 0x27, 0x24, 0xff, 0x0a, 0xc3, 0xa9]), Buffer.from('||$HOME|')]),
    );
  });

  test('runs in the working directory asked for, with variables added to the environment', async () => {
    const cwd = await realpath(await mkdtemp(join(tmpdir(), 'cwd ')));
    const { stdout } = await sh('pwd; echo "$GREETING, $HOME"', { cwd, env: { GREETING: 'a=b\nc', HOME: '/nowhere' } });
    expect(stdout).toBe(`${cwd}\na=b\nc, /nowhere\n`);
  });

  test('reads end of file from stdin unless stdin was asked for', async () =>
    expect(await run(['wc', '-c'])).toMatchObject({ exitCode: 0, stdout: '0\n' }));

  test('has default signal handling, a session of its own and no descriptors but 0, 1 and 2', async () => {
    const { stdout } = await sh(
      'grep -E "^Sig(Blk|Ign)" /proc/self/status; ls /proc/self/fd | wc -l; cut -d" " -f6 /proc/$$/stat; echo $$',
    );
    const [blocked, ignored, descriptors, session, pid] = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim());
    expect(blocked).toMatch(/^SigBlk:\s0+$/);
    expect(ignored).toMatch(/^SigIgn:\s0+$/);
    expect(descriptors).toBe('4'); // and the one `ls` reads the folder with
    expect(session).toBe(pid);
  });

  test('gets the signals sent to it, its children as well', async () => {
    const execution = startClient(runner).client.exec([
      'sh',
      '-c',
      'trap "echo caught; exit 5" INT; echo ready; sleep 1000 & wait',
    ]);
    execution.stdout.once('data', () => execution.kill('SIGINT'));
    const output = text(execution.stdout);
    execution.stderr.resume();
    expect(await execution.result).toMatchObject({ exitCode: 5, signal: null });
    expect(await output).toContain('caught');
  });

  test('gets a signal that was sent before it ran', async () => {
    const execution = startClient(runner).client.exec(['sleep', '1000']);
    execution.kill('SIGTERM');
    expect(await execution.result).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
  });

  test('does not wait for the other fifty', async () => {
    const { client } = startClient(runner);
    const numbers = Array.from({ length: 50 }, (_, index) => String(index));
    const executions = numbers.map((number) => client.exec(['sh', '-c', `cat; echo ${number}`], { stdin: true }));
    for (const execution of executions.reverse()) execution.stdin.end('in ');
    const outputs = await Promise.all(executions.map((execution) => text(execution.stdout)));
    expect(outputs.reverse()).toEqual(numbers.map((number) => `in ${number}\n`));
  });
});

describe('a command that cannot be started says why', () => {
  test.each<[string, readonly string[], ExecOptions, RegExp]>([
    ['not on the PATH', ['no-such-command'], {}, /"no-such-command" was not found on the PATH/],
    ['no such file', ['/no/such/file'], {}, /does not exist/],
    ['not executable', ['/etc/passwd'], {}, /permission denied/],
    ['a folder', ['/tmp'], {}, /permission denied/],
    [
      'no such working directory',
      ['true'],
      { cwd: '/no/such/folder' },
      /"\/no\/such\/folder" cannot be entered: No such file/,
    ],
    ['one argument too long for the kernel', ['echo', 'x'.repeat(200_000)], {}, /too long/],
    ['arguments too long for a frame', ['echo', 'x'.repeat(2_000_000)], {}, /1048576 is the limit/],
    ['no command', [], {}, /no argv\[0\]/],
    ['a NUL in an argument', ['echo', 'a\0b'], {}, /NUL/],
    ['a variable without a name', ['env'], { env: { '': 'x' } }, /without a name/],
    ['a limit that is none', ['true'], { timeoutMs: Number.NaN }, /no number/],
    ['already cancelled', ['true'], { signal: AbortSignal.abort() }, /cancelled before it started/],
  ])('%s', async (_, argv, options, message) => {
    const execution = startClient(runner).client.exec(argv, options);
    await expect(execution.result).rejects.toMatchObject({
      code: 'exec-failed',
      message: expect.stringMatching(message),
    });
    expect(await text(execution.stdout)).toBe('');
  });

  test('a script without an interpreter line runs in the shell, as everywhere', async () => {
    const script = join(await mkdtemp(join(tmpdir(), 'script-')), 'script');
    await writeFile(script, 'echo from sh', { mode: 0o755 });
    expect(await run([script])).toMatchObject({ stdout: 'from sh\n' });
  });

  test('with its input open: nothing more is heard of it, and others go on', async () => {
    const { client } = startClient(runner);
    const other = client.exec(['sh', '-c', 'read line; echo $line'], { stdin: true });
    for (let i = 0; i < 20; i++) {
      const failed = client.exec(['no-such-command'], { stdin: true });
      failed.stdin.write('for nobody');
      await expect(failed.result).rejects.toMatchObject({ code: 'exec-failed' });
    }
    other.stdin.end('still here\n');
    expect(await text(other.stdout)).toBe('still here\n');
  });

  test('too many at once', async () => {
    const { client } = startClient(runner);
    const running = Array.from({ length: 64 }, () => client.exec(['sleep', '1000']));
    await expect(client.exec(['true']).result).rejects.toMatchObject({
      code: 'exec-failed',
      message: expect.stringContaining('too many'),
    });
    for (const execution of running) execution.kill();
    for (const execution of running) expect(await execution.result).toMatchObject({ signal: 'SIGKILL' });
    expect(await client.exec(['true']).result).toMatchObject({ exitCode: 0 });
  });
});
