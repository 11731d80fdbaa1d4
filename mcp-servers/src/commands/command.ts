// One command: what runs, what it wrote, how it ended.
import { finished } from 'node:stream/promises';
import type { ExecResult, Execution } from '@cofferdam/sandbox';
import { ToolError } from '../kit/index.js';
import { OutputLog, type Stream } from './output-log.js';

export type State =
  | { name: 'running' }
  | { name: 'finished'; result: ExecResult }
  | { name: 'failed'; error: Error & { remedy?: string } };

/** UTF-16 units kept of each command's output; beyond that the oldest go. */
const KEPT_OUTPUT = 8 * 1024 * 1024;
/** Bytes that may wait for a command to read them. */
const MAX_PENDING_INPUT = 1024 * 1024;

export class Command {
  readonly output = new OutputLog(KEPT_OUTPUT);
  readonly startedAt = Date.now();
  /** Resolves when the command is over and all of its output is here. Never rejects: see `state`. */
  readonly ended: Promise<void>;
  #state: State = { name: 'running' };
  readonly #execution: Execution;

  constructor(
    readonly id: string,
    readonly line: string,
    execution: Execution,
  ) {
    this.#execution = execution;
    // What cannot be written any more is told by the command's end.
    execution.stdin.on('error', () => {});
    this.ended = this.#follow();
  }

  get state(): State {
    return this.#state;
  }

  kill(signal?: NodeJS.Signals): void {
    if (this.#state.name === 'running') this.#execution.kill(signal);
  }

  /** Throws `no-input` and `input-full`. */
  write(text: string, { close }: { close: boolean }): void {
    const { stdin } = this.#execution;
    if (this.#state.name !== 'running' || !stdin.writable) {
      throw new ToolError(
        'no-input',
        `${this.id} reads no input: it has ended, its input was closed, or it was started without.`,
        'Start it again with start_command and stdin: true.',
      );
    }
    if (stdin.writableLength + Buffer.byteLength(text) > MAX_PENDING_INPUT) {
      throw new ToolError(
        'input-full',
        `${this.id} does not read what was sent before.`,
        'Look at its output with read_output, and send more when it reads again.',
      );
    }
    if (text !== '') stdin.write(text);
    if (close) stdin.end();
  }

  /** Resolves when there is output after `position`, when the command has ended, when `signal` aborts, or after `ms`. */
  async waitBeyond(position: number, ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        forget();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const look = () => {
        if (this.output.end > position || signal.aborted) done();
      };
      const timer = setTimeout(done, ms);
      const forget = this.output.onChange(look);
      signal.addEventListener('abort', done);
      this.ended.then(done);
      look();
    });
  }

  async #follow(): Promise<void> {
    const { stdout, stderr, result } = this.#execution;
    const streams = Promise.all([this.#collect('stdout', stdout), this.#collect('stderr', stderr)]);
    // Without a result there is no waiting for them either.
    streams.catch(() => {});
    try {
      const value = await result;
      await streams;
      this.#state = { name: 'finished', result: value };
    } catch (error) {
      this.#state = { name: 'failed', error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  async #collect(name: Stream, stream: Execution['stdout']): Promise<void> {
    stream.on('data', (chunk: Buffer) => this.output.append(name, chunk));
    try {
      await finished(stream);
    } finally {
      this.output.finish(name);
    }
  }
}
