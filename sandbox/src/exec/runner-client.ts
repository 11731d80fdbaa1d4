// Runs commands through a runner that waits inside the container, over one attached channel.
import type { Readable, Writable } from 'node:stream';
import { SandboxError } from '../errors.js';
import { RunnerExecution } from './execution.js';
import { encodePing, encodeStart, FrameDecoder, PROTOCOL_VERSION, type RunnerFrame } from './protocol.js';
import type { CommandRunner, ExecOptions, Execution } from './types.js';

/** The standard streams of a `runner serve`. */
export interface RunnerChannel {
  readonly input: Writable;
  readonly output: Readable;
  /** What the runner says before it gives up; it goes into the error. */
  readonly diagnostics?: Readable;
}

const DEFAULT_MAX_OUTPUT = 64 * 1024 * 1024;
const HEARTBEAT_MS = 5_000;
/** A command can stop the runner with SIGSTOP, which nothing but its silence shows. */
const SILENT_BEATS = 3;
/** The runner itself gives up killing after 10 s. */
const CLOSE_PATIENCE_MS = 15_000;
const MAX_DIAGNOSTICS = 4096;

export class RunnerClient implements CommandRunner {
  /** Resolves when the channel has ended and every execution is settled. */
  readonly closed: Promise<void>;
  readonly #channel: RunnerChannel;
  readonly #heartbeatMs: number;
  readonly #running = new Map<number, RunnerExecution>();
  readonly #decoder = new FrameDecoder();
  #settleClosed: () => void = () => {};
  #lost: SandboxError | undefined;
  #closing = false;
  #greeted = false;
  #nextId = 1;
  #heart: NodeJS.Timeout | undefined;
  #unanswered = 0;
  #diagnostics = '';

  /** Owns the channel from here on. `heartbeatMs`: how often a runner with running commands has to show life. */
  constructor(channel: RunnerChannel, { heartbeatMs = HEARTBEAT_MS } = {}) {
    this.#channel = channel;
    this.#heartbeatMs = heartbeatMs;
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    const end = (error?: Error) => this.#lose(error);
    channel.output.on('data', (bytes: Buffer) => this.#receive(bytes));
    channel.output.on('end', end).on('close', end).on('error', end);
    channel.input.on('error', end);
    channel.diagnostics?.on('data', (bytes: Buffer) => {
      this.#diagnostics = (this.#diagnostics + bytes.toString()).slice(-MAX_DIAGNOSTICS);
    });
    channel.diagnostics?.on('error', end);
  }

  exec(argv: readonly string[], options: ExecOptions = {}): Execution {
    const { cwd = '', env = {}, timeoutMs = 0, maxOutputBytes = DEFAULT_MAX_OUTPUT, stdin = false, signal } = options;
    const id = this.#nextId++;
    const execution = new RunnerExecution({
      id,
      command: argv[0] ?? '',
      cwd,
      maxOutputBytes,
      signal,
      send: (frame) => this.#running.has(id) && this.#send(frame),
    });
    try {
      if (this.#lost) throw this.#lost;
      if (this.#closing) throw lost('The runner was closed.');
      if (signal?.aborted) throw cancelled(argv);
      this.#send(encodeStart(id, { argv, env, cwd, timeoutMs, maxOutputBytes, stdin }));
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      execution.fail(error);
      return execution;
    }
    if (!stdin) execution.stdin.end();
    this.#running.set(id, execution);
    this.#heart ??= setInterval(() => this.#beat(), this.#heartbeatMs).unref();
    return execution;
  }

  /** Kills everything that runs (its results reject with `runner-lost`) and waits for the runner's end. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#channel.input.end();
    const impatience = setTimeout(() => this.#channel.output.destroy(), CLOSE_PATIENCE_MS);
    await this.closed;
    clearTimeout(impatience);
  }

  #send(frame: Buffer): void {
    if (!this.#channel.input.writableEnded) this.#channel.input.write(frame);
  }

  #receive(bytes: Buffer): void {
    this.#unanswered = 0;
    try {
      for (const frame of this.#decoder.decode(bytes)) this.#handle(frame);
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      this.#lose(error);
    }
  }

  #handle(frame: RunnerFrame): void {
    if (!this.#greeted) this.#greet(frame);
    if (!('id' in frame)) return;
    const execution = this.#running.get(frame.id);
    if (!execution)
      throw new SandboxError(
        'protocol',
        `The runner speaks of a command ${frame.id} that does not run.`,
        'Restart the sandbox.',
      );
    if (execution.receive(frame)) this.#forget(frame.id);
  }

  #greet(frame: RunnerFrame): void {
    if (frame.type !== 'hello' || frame.version !== PROTOCOL_VERSION) {
      throw new SandboxError(
        'protocol',
        `The runner does not speak version ${PROTOCOL_VERSION}.`,
        'Rebuild the tools image.',
      );
    }
    this.#greeted = true;
  }

  #forget(id: number): void {
    this.#running.delete(id);
    if (this.#running.size > 0) return;
    clearInterval(this.#heart);
    this.#heart = undefined;
    this.#unanswered = 0;
  }

  #beat(): void {
    if (this.#unanswered >= SILENT_BEATS) {
      this.#lose(new Error('it does not answer'));
    } else {
      this.#unanswered += 1;
      this.#send(encodePing());
    }
  }

  #lose(cause?: Error): void {
    if (this.#lost) return;
    const reason = this.#closing ? 'it was closed' : this.#diagnostics.trim() || cause?.message || 'its channel ended';
    this.#lost = lost(`The runner is gone: ${reason}.`, cause);
    for (const [id, execution] of this.#running) {
      this.#forget(id);
      execution.fail(this.#lost);
    }
    this.#channel.input.destroy();
    this.#channel.output.destroy();
    this.#settleClosed();
  }
}

function lost(message: string, cause?: Error): SandboxError {
  return new SandboxError('runner-lost', message, 'Restart the sandbox; its files are kept.', { cause });
}

function cancelled(argv: readonly string[]): SandboxError {
  return new SandboxError(
    'exec-failed',
    `${JSON.stringify(argv[0])} was cancelled before it started.`,
    'Start it again if it is still wanted.',
  );
}
