// The one place that starts Git: argument arrays, bounded output, a time limit, cancellation, typed failures.
import { spawn } from 'node:child_process';
import { ToolError } from '../kit/index.js';
import { gitFailure } from './failures.js';

export interface RunOptions {
  cwd: string;
  /** The whole environment; nothing is inherited. */
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Written to stdin, which is empty without it. */
  input?: Buffer | string;
  /** Exit codes besides 0 that are answers and not failures. */
  answers?: readonly number[];
}

export interface GitOutput {
  stdout: Buffer;
  exitCode: number;
  /** True when Git had more than `MAX_OUTPUT` bytes to say and was stopped there. */
  truncated: boolean;
}

const MAX_OUTPUT = 16 * 1024 * 1024;
const MAX_COMPLAINT = 16 * 1024;
const TIME_LIMIT_MS = 120_000;

/** Runs `git ...args` to its end. Throws ToolError: `git-missing`, `timeout`, `cancelled` or what `gitFailure` makes of stderr. */
export function runGit(args: readonly string[], options: RunOptions): Promise<GitOutput> {
  const { cwd, env, signal, input = '', answers = [] } = options;
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    // SIGTERM, not SIGKILL: Git removes its lock files on it.
    const child = spawn('git', args, { cwd, env, signal, killSignal: 'SIGTERM' });
    // Not AbortSignal.timeout: combined by AbortSignal.any, Node 20 can collect it before it fires.
    const limit = setTimeout(() => {
      failure = timedOut();
      child.kill('SIGTERM');
    }, TIME_LIMIT_MS);
    const stdout = new BoundedOutput(MAX_OUTPUT, () => child.kill('SIGTERM'));
    const stderr = new BoundedOutput(MAX_COMPLAINT);
    child.stdout.on('data', (chunk: Buffer) => stdout.append(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.append(chunk));
    child.stdin.on('error', ignoreEarlyExit);
    child.stdin.end(input);
    child.on('error', (error) => {
      failure = startFailure(error, signal);
      if (child.pid !== undefined) return;
      clearTimeout(limit);
      reject(failure);
    });
    child.on('close', (code, killedBy) => {
      clearTimeout(limit);
      const exitCode = code ?? 0;
      if (failure) reject(failure);
      else if (stdout.truncated || (code !== null && (exitCode === 0 || answers.includes(exitCode)))) {
        resolve({ stdout: stdout.bytes(), exitCode, truncated: stdout.truncated });
      } else
        reject(gitFailure(stderr.bytes().toString('utf8') || `git was ended by ${killedBy ?? `exit code ${code}`}`));
    });
  });
}

/** Git may answer without reading all of its input; its exit code tells whether that was a failure. */
function ignoreEarlyExit(): void {}

function timedOut(): ToolError {
  return new ToolError(
    'timeout',
    `Git took longer than ${TIME_LIMIT_MS / 1000} seconds and was stopped.`,
    'Narrow the call down with paths, a smaller range or a smaller limit.',
  );
}

function startFailure(error: Error, signal: AbortSignal): ToolError {
  if (signal.aborted) return new ToolError('cancelled', 'The call was cancelled.', 'Call again if it is still wanted.');
  return new ToolError(
    'git-missing',
    `Git could not be started: ${error.message}.`,
    'Tell the user to install Git 2.31 or newer.',
    { cause: error },
  );
}

class BoundedOutput {
  truncated = false;
  readonly #chunks: Buffer[] = [];
  #room: number;
  readonly #onFull: (() => void) | undefined;

  constructor(limit: number, onFull?: () => void) {
    this.#room = limit;
    this.#onFull = onFull;
  }

  append(chunk: Buffer): void {
    if (this.truncated) return;
    this.#chunks.push(chunk.subarray(0, this.#room));
    this.truncated = chunk.length > this.#room;
    this.#room -= chunk.length;
    if (this.truncated) this.#onFull?.();
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
