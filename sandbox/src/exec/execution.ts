// One running command, as its caller sees it.
import { SandboxError } from '../errors.js';
import {
  encodeCredit,
  encodeDiscard,
  encodeSignal,
  encodeStdin,
  encodeStdinClose,
  type OutputName,
  type RunnerFrame,
} from './protocol.js';
import { signalName, signalNumber } from './signals.js';
import { startError } from './start-error.js';
import { CreditedReadable, CreditedWritable } from './streams.js';
import type { ExecResult, Execution } from './types.js';

interface ExecutionContext {
  id: number;
  command: string;
  cwd: string;
  maxOutputBytes: number;
  signal: AbortSignal | undefined;
  /** Drops frames once the command has ended. */
  send(frame: Buffer): void;
}

type CommandFrame = Extract<RunnerFrame, { id: number }>;

export class RunnerExecution implements Execution {
  readonly stdout: CreditedReadable;
  readonly stderr: CreditedReadable;
  readonly stdin: CreditedWritable;
  readonly result: Promise<ExecResult>;
  readonly #context: ExecutionContext;
  #resolve: (result: ExecResult) => void = () => {};
  #reject: (error: SandboxError) => void = () => {};
  readonly #onAbort = () => this.kill();

  constructor(context: ExecutionContext) {
    const { id, send, signal } = context;
    this.#context = context;
    const output = (name: OutputName) =>
      new CreditedReadable(
        (bytes) => send(encodeCredit(id, name, bytes)),
        () => send(encodeDiscard(id, name)),
      );
    this.stdout = output('stdout');
    this.stderr = output('stderr');
    this.stdin = new CreditedWritable(
      (bytes) => send(encodeStdin(id, bytes)),
      () => send(encodeStdinClose(id)),
    );
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.result.catch(() => {}); // whoever only reads the streams is not owed a crash
    signal?.addEventListener('abort', this.#onAbort);
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#context.send(encodeSignal(this.#context.id, signalNumber(signal)));
  }

  /** Takes a frame of this command. Returns whether it was the last one. */
  receive(frame: CommandFrame): boolean {
    switch (frame.type) {
      case 'stdout':
      case 'stderr':
        this[frame.type].receive(frame.bytes);
        return false;
      case 'stdin-credit':
        this.stdin.addCredit(frame.bytes);
        return false;
      case 'stdin-closed':
        this.stdin.destroy();
        return false;
      case 'start-failed':
        this.fail(startError(this.#context.command, this.#context.cwd, frame));
        return true;
      case 'unkillable':
        throw new SandboxError(
          'runner-lost',
          `Processes of ${JSON.stringify(this.#context.command)} survived SIGKILL.`,
          'Restart the sandbox.',
        );
      case 'exit': {
        this.#end();
        const { stdoutBytes, stderrBytes, timedOut, durationMs } = frame;
        const signal = signalName(frame.signal) ?? null;
        this.#resolve({
          // Real-time signals have no name: reported as a shell does.
          exitCode: frame.exitCode ?? (signal ? null : 128 + frame.signal),
          signal,
          durationMs,
          timedOut,
          truncated: Math.max(stdoutBytes, stderrBytes) > this.#context.maxOutputBytes,
          stdoutBytes,
          stderrBytes,
        });
        return true;
      }
    }
  }

  fail(error: SandboxError): void {
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    this.#context.signal?.removeEventListener('abort', this.#onAbort);
    this.stdin.destroy();
    this.stdout.end();
    this.stderr.end();
  }
}
