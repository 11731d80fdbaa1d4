// The way into a command container: one attached runner, connected on first use and again after it was lost.
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Engine } from '../engine/engine.js';
import { RUNNER, WORKSPACE } from '../pod/pod.js';
import { type RunnerChannel, RunnerClient } from './runner-client.js';
import type { CommandRunner, ExecOptions, Execution } from './types.js';

export class CommandContainer implements CommandRunner {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #start: string;
  readonly #restart: () => Promise<void>;
  #runner: RunnerClient | undefined;
  /** Resolves when nothing of a lost runner is left. */
  #cleared: Promise<void> = Promise.resolve();

  /** `folder`, below the workspace, is where commands start; `restart` ends all that runs in the container. */
  constructor(options: { engine: Engine; name: string; folder: string; restart(): Promise<void> }) {
    const { folder } = options;
    this.#engine = options.engine;
    this.#name = options.name;
    this.#restart = options.restart;
    this.#start = folder === '' ? WORKSPACE : `${WORKSPACE}/${folder}`;
  }

  exec(argv: readonly string[], options: ExecOptions = {}): Execution {
    this.#runner ??= this.#connect();
    const cwd = options.cwd?.startsWith('/') ? options.cwd : `${this.#start}/${options.cwd ?? ''}`;
    return this.#runner.exec(argv, { ...options, cwd });
  }

  /** Ends the runner and all that it runs. */
  async detach(): Promise<void> {
    const runner = this.#runner;
    this.#runner = undefined;
    await runner?.close();
  }

  #connect(): RunnerClient {
    const runner = new RunnerClient(this.#channel());
    void runner.closed.then(() => {
      if (this.#runner !== runner) return;
      this.#runner = undefined;
      // What a lost runner ran may live on out of our reach; only the container's end surely ends it.
      this.#cleared = this.#restart();
      this.#cleared.catch(() => {}); // the next command's channel reports it
    });
    return runner;
  }

  /** A channel that can be used at once; what is written waits until the runner is there. */
  #channel(): RunnerChannel {
    const input = new PassThrough();
    const output = new PassThrough();
    const diagnostics = new PassThrough();
    const connect = async () => {
      await this.#cleared;
      const far = await this.#engine.attach(this.#name, [RUNNER, 'serve']);
      await Promise.all([
        pipeline(input, far.input),
        pipeline(far.output, output),
        pipeline(far.diagnostics, diagnostics),
      ]);
    };
    connect().catch((error: Error) => {
      for (const stream of [input, output, diagnostics]) stream.destroy(error);
    });
    return { input, output, diagnostics };
  }
}
