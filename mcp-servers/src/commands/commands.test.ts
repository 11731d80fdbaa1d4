// The server as a client sees it, with real processes.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type CommandRunner, SandboxError } from '@cofferdam/sandbox';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, test, vi } from 'vitest';
import { connect, LocalRunner } from './testing.js';

/** How long a busy machine may take to start or end processes. */
const PATIENT = { timeout: 30_000 };

describe('run_command', () => {
  test('tells streams, exit code and duration apart', async () => {
    const { call } = await connect();
    const { text, structured } = await call('run_command', { command: 'echo out; echo err >&2; exit 3' });
    expect(structured).toMatchObject({
      state: 'finished',
      exit_code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
      stdout_cut: 0,
    });
    expect(text).toMatch(/^c1 exited with code 3 after \d+\.\d s\n--- stdout\nout\n--- stderr\nerr$/);
  });

  test('runs in a folder of the workspace', async () => {
    const { call, workspace } = await connect();
    mkdirSync(join(workspace, 'src'));
    expect((await call('run_command', { command: 'pwd' })).structured['stdout']).toBe(`${workspace}\n`);
    expect((await call('run_command', { command: 'pwd', cwd: 'src' })).structured['stdout']).toBe(`${workspace}/src\n`);
  });

  test('gives the command an input that is over', async () => {
    const { call } = await connect();
    expect((await call('run_command', { command: 'cat' })).structured).toMatchObject({ exit_code: 0, stdout: '' });
  });

  test('says which signal ended it', async () => {
    const { call } = await connect();
    const { text, structured } = await call('run_command', { command: 'kill -SEGV $$' });
    expect(structured).toMatchObject({ exit_code: null, signal: 'SIGSEGV' });
    expect(text).toContain('was ended by SIGSEGV');
  });

  test('kills the whole tree when the time is over, and keeps what was written', async () => {
    const { call } = await connect();
    const { text, structured } = await call('run_command', {
      command: 'echo early; sleep 60 & wait',
      timeout_seconds: 1,
    });
    expect(structured).toMatchObject({ timed_out: true, exit_code: null, signal: 'SIGKILL', stdout: 'early\n' });
    expect(text).toContain('killed by its time limit');
  });

  test('shows beginning and end of long output, and read_output has the rest', async () => {
    const { call } = await connect();
    const { structured, text } = await call('run_command', { command: 'seq 1 20000; echo small >&2' });
    expect(structured['stdout']).toMatch(/^1\n2\n3\n/);
    expect(structured['stdout']).toMatch(/\n19999\n20000\n$/);
    expect(structured['stderr']).toBe('small\n');
    const [, since] = /read_output with id c1, stream stdout, since (\d+)/.exec(text) ?? [];
    const parts = [String(structured['stdout']).split('\n[')[0]];
    let next = Number(since);
    for (let more: unknown = true; more; ) {
      const read = (await call('read_output', { id: 'c1', stream: 'stdout', since: next })).structured;
      parts.push(String(read['output']));
      ({ more } = read);
      next = Number(read['next']);
    }
    expect(parts.join('')).toBe(Array.from({ length: 20_000 }, (_, i) => `${i + 1}\n`).join(''));
    expect(structured['stdout_cut']).toBe(parts.join('').length - 18_000);
  });

  test('shows what a person would see of colors and progress bars', async () => {
    const { call } = await connect();
    const { structured } = await call('run_command', {
      command: String.raw`for i in $(seq 5000); do printf '\r\033[32m%s%%\033[0m' $i; done; echo`,
    });
    expect(structured).toMatchObject({ stdout: '5000%\n', stdout_cut: 0 });
  });

  test('survives output without end', async () => {
    const { call } = await connect();
    const { structured } = await call('run_command', { command: 'yes | head -c 20000000; echo last' });
    expect(structured['stdout']).toMatch(/not kept any more[\s\S]*y\nlast\n$/);
    expect(Number(structured['stdout_cut'])).toBe(20_000_005 - 18_000);
  });

  test('reports progress while it runs, and not too often', async () => {
    const { call } = await connect();
    const seen: Progress[] = [];
    const command = 'for i in $(seq 1000); do echo line $i; sleep 0.001; done; sleep 0.3';
    await call('run_command', { command }, { onprogress: (progress) => seen.push(progress) });
    const lines = Array.from({ length: 1000 }, (_, i) => `line ${i + 1}`);
    expect(seen.flatMap(({ message }) => message?.split('\n'))).toEqual(lines);
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.length).toBeLessThan(200);
  });

  test('reports what a short command wrote, and the last line without its end', async () => {
    const { call } = await connect();
    const seen: Progress[] = [];
    await call('run_command', { command: 'printf "one\\ntwo"' }, { onprogress: (progress) => seen.push(progress) });
    expect(seen.map(({ message }) => message)).toEqual(['one\ntwo']);
  });

  test('ends with its whole tree when the call is cancelled', async () => {
    const { call, workspace } = await connect();
    const abort = new AbortController();
    const running = call('run_command', { command: 'sleep 300 & echo $! > pid; wait' }, { signal: abort.signal });
    const pid = await contentOf(join(workspace, 'pid'));
    abort.abort();
    await expect(running).rejects.toThrow();
    await ends(Number(pid));
  });

  test('does not read the files of an interactive shell, though its input may be a socket', async () => {
    const { call, workspace } = await connect();
    writeFileSync(join(workspace, '.bashrc'), 'echo from bashrc');
    vi.stubEnv('HOME', workspace);
    vi.stubEnv('SHLVL', '0');
    const { structured } = await call('run_command', { command: 'echo only this' });
    vi.unstubAllEnvs();
    expect(structured['stdout']).toBe('only this\n');
  });

  test('uses sh where there is no bash, and asks for bash once', async () => {
    const runner = new LocalRunner({ missing: ['/bin/bash'] });
    const { call } = await connect({ runner });
    await call('run_command', { command: 'true' });
    expect((await call('run_command', { command: 'echo $0' })).structured['stdout']).toBe('/bin/sh\n');
    expect(runner.asked).toEqual(['/bin/bash', '/bin/sh', '/bin/sh']);
  });
});

describe('in the background', () => {
  test('a command is started, talked to, read and stopped', async () => {
    const { call, start } = await connect();
    const id = await start('while read line; do echo "got $line"; done; echo over', { stdin: true });
    await call('send_input', { id, text: 'one\n' });
    const first = (await call('read_output', { id, wait_seconds: 30 })).structured;
    expect(first).toMatchObject({ state: 'running', output: 'got one\n', more: false });
    await call('send_input', { id, text: 'two\n', close: true });
    await vi.waitFor(async () => {
      const { structured } = await call('read_output', { id, since: first['next'] });
      expect(structured).toMatchObject({ state: 'finished', exit_code: 0, output: 'got two\nover\n' });
    }, PATIENT);
    expect(await call('send_input', { id, text: 'three\n' })).toMatchObject({ error: 'no-input' });
  });

  test('reading waits for the end too', async () => {
    const { call, start } = await connect();
    const id = await start('sleep 0.5; exit 7');
    const { structured } = await call('read_output', { id, wait_seconds: 60 });
    expect(structured).toMatchObject({ state: 'finished', exit_code: 7, output: '' });
  });

  test('reading does not wait longer than asked', async () => {
    const { call, start } = await connect();
    const id = await start('sleep 300');
    expect((await call('read_output', { id, wait_seconds: 0.1 })).structured).toMatchObject({ state: 'running' });
    await call('stop_command', { id, signal: 'SIGKILL' });
  });

  test('half of an escape sequence is left for the next reading', async () => {
    const { call, start } = await connect();
    const id = await start(String.raw`printf 'a\033[3'; read x; printf '1mb'; read x`, { stdin: true });
    const first = (await call('read_output', { id, wait_seconds: 30 })).structured;
    expect(first).toMatchObject({ output: 'a', next: 1 });
    await call('send_input', { id, text: '\n' });
    await vi.waitFor(async () => {
      const { structured } = await call('read_output', { id, since: first['next'] });
      expect(structured).toMatchObject({ output: 'b' });
    }, PATIENT);
    await call('stop_command', { id, signal: 'SIGKILL' });
  });

  test('SIGTERM can be ignored, SIGKILL ends the tree', async () => {
    const { call, start, workspace } = await connect();
    const id = await start('trap "" TERM; sleep 300 & echo $! > pid; wait; sleep 300');
    const pid = Number(await contentOf(join(workspace, 'pid')));
    const asked = await call('stop_command', { id });
    expect(asked.structured).toMatchObject({ state: 'running' });
    expect(asked.text).toContain('use SIGKILL');
    const { structured } = await call('stop_command', { id, signal: 'SIGKILL' });
    expect(structured).toMatchObject({ state: 'finished', signal: 'SIGKILL' });
    await ends(pid);
  });

  test('without stdin: true there is nobody to send input to', async () => {
    const { call, start } = await connect();
    const id = await start('sleep 300');
    expect(await call('send_input', { id, text: 'x' })).toMatchObject({
      error: 'no-input',
      text: expect.stringContaining('stdin: true'),
    });
    await call('stop_command', { id, signal: 'SIGKILL' });
  });

  test('input that nobody reads is refused in the end', async () => {
    const { call, start } = await connect();
    const id = await start('sleep 300', { stdin: true });
    const errors: unknown[] = [];
    for (let i = 0; i < 20; i++) errors.push((await call('send_input', { id, text: 'x'.repeat(65_536) })).error);
    expect(errors[0]).toBeUndefined();
    expect(errors.at(-1)).toBe('input-full');
    await call('stop_command', { id, signal: 'SIGKILL' });
  });

  test('there are bounds on how many run and how many are remembered', async () => {
    const { call, start } = await connect();
    const ids = await Promise.all(Array.from({ length: 16 }, () => start('sleep 300')));
    expect(await call('run_command', { command: 'true' })).toMatchObject({ error: 'too-many' });
    for (const id of ids) await call('stop_command', { id, signal: 'SIGKILL' });
    for (let i = 0; i < 3; i++) await call('run_command', { command: 'true' });
    expect(await call('read_output', { id: 'c1' })).toMatchObject({ error: 'command-unknown' });
    const { structured, text } = await call('list_commands');
    expect(structured).toHaveProperty('commands.length', 17);
    expect(text).toMatch(/^c3 was ended by SIGKILL after .* s: sleep 300$/m);
  });

  test('everything ends with the server', async () => {
    const { client, start, workspace } = await connect();
    await start('sleep 300 & echo $! > pid; wait');
    const pid = Number(await contentOf(join(workspace, 'pid')));
    await client.close();
    await ends(pid);
  });
});

describe('failures', () => {
  test('a folder that is not there', async () => {
    const { call } = await connect();
    for (const name of ['run_command', 'start_command']) {
      expect(await call(name, { command: 'true', cwd: 'none' })).toMatchObject({ error: 'exec-failed' });
    }
  });

  test('a runner that is lost in the middle is told with what was written and what to do', async () => {
    const { call } = await connect({ runner: new LosableRunner() });
    expect(await call('run_command', { command: 'make' })).toMatchObject({
      error: 'runner-lost',
      text: expect.stringMatching(/gone.*\nhalf a line\nRestart the sandbox/s),
    });
  });

  test('a runner that is lost while a command runs in the background is told when reading', async () => {
    const runner = new LosableRunner();
    const { call, start } = await connect({ runner });
    runner.delayMs = 400;
    const id = await start('make');
    await vi.waitFor(async () => {
      const { text, structured } = await call('read_output', { id });
      expect(structured).toMatchObject({ state: 'failed', output: 'half a line' });
      expect(text).toContain('Restart the sandbox');
    }, PATIENT);
  });

  test('an unknown command', async () => {
    const { call } = await connect();
    for (const name of ['read_output', 'stop_command', 'send_input']) {
      expect(await call(name, { id: 'c9' })).toMatchObject({ error: 'command-unknown' });
    }
  });
});

test('the definitions cost less than 2,000 tokens and state the hints that are not the default', async () => {
  const { client } = await connect();
  const { tools } = await client.listTools();
  expect(JSON.stringify(tools).length / 4).toBeLessThan(2000);
  const hints = Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations]));
  expect(hints['run_command']).toEqual({ openWorldHint: false });
  expect(hints['read_output']).toMatchObject({ readOnlyHint: true });
});

/** Has a shell, and loses every command after it wrote half a line. */
class LosableRunner implements CommandRunner {
  delayMs = 0;
  readonly #local = new LocalRunner();

  exec(argv: readonly string[]) {
    if (argv.includes('exit 0')) return this.#local.exec(argv);
    const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
    stdout.end('half a line');
    stderr.end();
    const result = new Promise<never>((_, reject) => {
      const lost = new SandboxError('runner-lost', 'The runner is gone.', 'Restart the sandbox; its files are kept.');
      setTimeout(() => reject(lost), this.delayMs + 50);
    });
    return { stdout, stderr, stdin, result, kill: () => {} };
  }
}

function contentOf(path: string): Promise<string> {
  return vi.waitFor(() => {
    const content = existsSync(path) ? readFileSync(path, 'utf8') : '';
    if (content === '') throw new Error(`${path} is empty`);
    return content;
  }, PATIENT);
}

/** SIGKILL is sent to a whole tree at once, but the kernel ends its processes one by one. */
function ends(pid: number): Promise<void> {
  return vi.waitFor(() => expect(isRunning(pid)).toBe(false), PATIENT);
}

/** False for zombies, which wait for nothing but their parent. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
