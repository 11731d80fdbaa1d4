// What running a command in a sandbox takes and gives.
import type { Readable, Writable } from 'node:stream';

export interface ExecOptions {
  /** Working directory inside the container; default: the workspace's own folder. */
  cwd?: string;
  /** Added to the container's environment. */
  env?: Readonly<Record<string, string>>;
  /** Milliseconds until the whole process tree is killed; 0 (the default) or Infinity: none. */
  timeoutMs?: number;
  /** Bytes handed on per stream; what comes after is read and dropped, and the result says `truncated`. Default: 64 MiB. */
  maxOutputBytes?: number;
  /** Whether the command gets a stdin to read from; default: false (it reads end of file). */
  stdin?: boolean;
  /** Aborting kills the whole process tree. */
  signal?: AbortSignal;
}

export interface ExecResult {
  /** Null when a signal ended the command. */
  exitCode: number | null;
  /** `SIGKILL`, `SIGTERM`, ...; null when the command exited by itself. */
  signal: NodeJS.Signals | null;
  durationMs: number;
  /** True when the time limit ended it. */
  timedOut: boolean;
  /** True when output beyond `maxOutputBytes` was dropped. */
  truncated: boolean;
  /** Bytes the command wrote, dropped ones included. */
  stdoutBytes: number;
  stderrBytes: number;
}

/** A command that runs. Both outputs must be consumed (or destroyed): the command waits when nobody reads. */
export interface Execution {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Ends at once unless `stdin: true` was asked for. */
  readonly stdin: Writable;
  /** Resolves when every process of the tree is gone. Rejects with SandboxError `exec-failed` (cannot be started) or `runner-lost`. */
  readonly result: Promise<ExecResult>;
  /** Sends a signal to the command and its process group; SIGKILL (the default) ends the whole process tree. */
  kill(signal?: NodeJS.Signals): void;
}

/** Starts commands; the sandbox's command container is one. */
export interface CommandRunner {
  /** `argv[0]` is looked up in the container's PATH; no shell is involved. */
  exec(argv: readonly string[], options?: ExecOptions): Execution;
}
