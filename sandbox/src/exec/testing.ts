// For tests: the real runner, compiled here and run as a plain child process.
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { RunnerClient } from './runner-client.js';

const sources = fileURLToPath(new URL('../../../images/tools/runner', import.meta.url));

/** The path of a freshly compiled runner that any user may execute. */
export async function compileRunner(): Promise<string> {
  const runner = join(await mkdtemp(join(tmpdir(), 'runner-')), 'runner');
  const files = (await readdir(sources)).filter((name) => name.endsWith('.c'));
  await promisify(execFile)('gcc', ['-static', '-Os', '-Wall', '-Wextra', '-Werror', '-o', runner, ...files], {
    cwd: sources,
  });
  await promisify(execFile)('chmod', ['-R', 'a+rx', join(runner, '..')]);
  return runner;
}

/** `runner serve` as a child process; ends with the test. `prefix` is a command to run it under. */
export function serve(
  runner: string,
  { prefix = [] as string[], env = process.env } = {},
): ChildProcessWithoutNullStreams {
  const [command = runner, ...args] = [...prefix, runner, 'serve'];
  const child = spawn(command, args, { env, stdio: 'pipe' });
  onTestFinished(() => {
    child.kill('SIGCONT');
    child.kill('SIGTERM');
  });
  return child;
}

/** A client over a runner of its own; both end with the test. */
export function startClient(runner: string, options: { prefix?: string[]; heartbeatMs?: number } = {}) {
  const child = serve(runner, options);
  const client = new RunnerClient({ input: child.stdin, output: child.stdout, diagnostics: child.stderr }, options);
  onTestFinished(() => client.close());
  return { client, child };
}

/** A number of seconds to sleep that tells this test's processes from all others. */
export const uniqueSeconds = () => String(randomInt(1e8, 2e9));

/** The ids of living processes with `text` in their command line. */
export async function processesWith(text: string): Promise<number[]> {
  const ids = (await readdir('/proc')).map(Number).filter((id) => id > 0);
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return ids.filter((_, index) => lines[index]?.includes(text));
}
