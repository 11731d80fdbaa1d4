// How Git is started here: nothing in a repository's or a user's configuration may start a program or change an answer.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

const hardened = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.excludesFile=/dev/null',
  'core.attributesFile=/dev/null',
].flatMap((setting) => ['-c', setting]);

const environment = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
};

export interface GitProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves when Git exits with 0 or one of `fine`; rejects with what it wrote to stderr. */
  readonly done: Promise<void>;
}

/** The caller reads stdout, ends stdin and awaits `done`. */
export function git(args: readonly string[], cwd: string, fine: readonly number[] = []): GitProcess {
  const child = spawn('git', [...hardened, ...args], { cwd, env: environment, stdio: 'pipe' });
  // A Git that ends early fails `done`; the broken pipe adds nothing to that.
  child.stdin.on('error', () => {});
  const complaint = text(child.stderr);
  const done = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', async (code, signal) => {
      if (code === 0 || (code !== null && fine.includes(code))) resolve();
      else reject(new Error(`git ${args.find((arg) => !arg.startsWith('-'))}: ${(await complaint).trim() || signal}`));
    });
  });
  done.catch(() => {});
  return { child, done };
}
