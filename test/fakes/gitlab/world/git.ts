// Runs Git on bare repositories, with nothing of the user's configuration and no network.
import { spawnSync } from 'node:child_process';
import { devNull } from 'node:os';

const environment = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C.UTF-8',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'file',
  GIT_CONFIG_COUNT: '3',
  GIT_CONFIG_KEY_0: 'core.quotePath',
  GIT_CONFIG_VALUE_0: 'false',
  GIT_CONFIG_KEY_1: 'core.hooksPath',
  GIT_CONFIG_VALUE_1: devNull,
  // A repository that is imported may belong to another user.
  GIT_CONFIG_KEY_2: 'safe.directory',
  GIT_CONFIG_VALUE_2: '*',
};

export class GitError extends Error {
  constructor(
    readonly args: readonly string[],
    readonly status: number | null,
    readonly stderr: string,
  ) {
    super(`git ${args.join(' ')}: ${stderr.trim()}`);
  }
}

/** Runs `git ARGS` in `folder` and returns what it wrote. Throws a GitError unless it ends with 0 (or `accept`). */
export function git(
  folder: string,
  args: readonly string[],
  options: { input?: Buffer | string; env?: Record<string, string>; accept?: readonly number[] } = {},
): Buffer {
  const { status, stdout, stderr, error } = spawnSync('git', args, {
    cwd: folder,
    env: { ...environment, ...options.env },
    input: options.input ?? '',
    maxBuffer: 512 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0 && !options.accept?.includes(status ?? -1)) throw new GitError(args, status, stderr.toString());
  return stdout;
}
