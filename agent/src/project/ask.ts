// Asks a program of the host's own one question. The repository gets no say: nothing is inherited but what `env` holds.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { isInside } from '@cofferdam/sandbox';

/** Both programs answer in milliseconds; a configuration that includes a FIFO would have them wait for ever. */
const timeLimitMs = 5_000;
const maxBytes = 4 * 1024 * 1024;

export interface Answer {
  /** Undefined when the program could not be started, or was stopped. */
  exitCode: number | undefined;
  stdout: string;
}

export interface AskOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

export function ask(program: string, args: readonly string[], { cwd, env }: AskOptions): Promise<Answer> {
  const limits = { timeout: timeLimitMs, maxBuffer: maxBytes, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env, ...limits }, (error, stdout) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
      resolve({ exitCode, stdout });
    });
  });
}

/** PATH without entries in which the repository around `folder` could place a program of its own. */
export function safePath(folder: string, path = ''): string {
  const top = repositoryAround(folder);
  const entries = path.split(delimiter).filter((entry) => isAbsolute(entry) && !isInside(top, entry));
  // An empty PATH would mean the current folder.
  return entries.join(delimiter) || '/usr/bin:/bin';
}

function repositoryAround(folder: string): string {
  for (let top = folder; ; top = dirname(top)) {
    if (existsSync(join(top, '.git'))) return top;
    if (top === dirname(top)) return folder;
  }
}
