// Runs Git on bare repositories, with nothing of the user's configuration and no network.
import { spawnSync } from 'node:child_process';
import { devNull } from 'node:os';

const settings = {
  'core.quotePath': 'false',
  'core.hooksPath': devNull,
  // A repository that is imported may belong to another user.
  'safe.directory': '*',
  // For pushes over HTTP, which are checked before Git sees them.
  'http.receivepack': 'true',
};

export const gitEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C.UTF-8',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'file',
  GIT_CONFIG_COUNT: String(Object.keys(settings).length),
  ...Object.fromEntries(
    Object.entries(settings).flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
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
    env: { ...gitEnvironment, ...options.env },
    input: options.input ?? '',
    maxBuffer: 512 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0 && !options.accept?.includes(status ?? -1)) throw new GitError(args, status, stderr.toString());
  return stdout;
}
