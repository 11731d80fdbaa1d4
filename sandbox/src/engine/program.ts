// Runs a program of the host's own (apt-get, mmdebstrap, npm): never anything that comes from a sandbox.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SandboxError } from '../errors.js';

export interface ProgramOptions {
  env?: NodeJS.ProcessEnv;
  /** Gets every line the program writes, on either stream. */
  onLine?: (line: string) => void;
}

/** Resolves with stdout when the program exits with 0. Throws `engine-failed` with the last lines it wrote. */
export async function runProgram(command: string, args: readonly string[], options: ProgramOptions = {}) {
  // Windows starts .cmd files (npm) only through its shell.
  const child = spawn(command, args, {
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const stdout: string[] = [];
  const last: string[] = [];
  const read = (stream: NodeJS.ReadableStream, lines: string[]) =>
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      options.onLine?.(line);
      last.push(line);
      if (last.length > 15) last.shift();
    });
  read(child.stdout, stdout);
  read(child.stderr, []);
  const code = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve(exitCode ?? signal));
  }).catch((error: NodeJS.ErrnoException) => {
    throw new SandboxError(
      'engine-failed',
      `${command} cannot be started: ${error.message}`,
      `Install ${command}, then try again.`,
      { cause: error },
    );
  });
  if (code !== 0) {
    throw new SandboxError(
      'engine-failed',
      `${command} ${args[0] ?? ''} ended with ${code}:\n${last.join('\n')}`,
      'Mend what its last lines name, then try again.',
    );
  }
  return stdout.join('\n');
}
