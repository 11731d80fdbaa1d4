// The commands of one server: started here, found here by their id, ended here.
import { resolve } from 'node:path/posix';
import { type CommandRunner, type Execution, SandboxError } from '@cofferdam/sandbox';
import { ToolError } from '../kit/index.js';
import { Command } from './command.js';

export interface CommandsServerOptions {
  runner: CommandRunner;
  /** The folder inside of the container that a relative `cwd` starts from. */
  workspace: string;
}

export interface StartOptions {
  command: string;
  cwd: string;
  /** Seconds until the whole tree of processes is killed. */
  timeout?: number;
  stdin?: boolean;
  signal?: AbortSignal;
}

const MAX_RUNNING = 16;
/** How many ended ones can still be read. */
const MAX_ENDED = 16;

export class CommandTable {
  readonly #options: CommandsServerOptions;
  readonly #commands = new Map<string, Command>();
  #shell: Promise<readonly string[]> | undefined;
  #count = 0;
  #closed = false;

  constructor(options: CommandsServerOptions) {
    this.#options = options;
  }

  /** Starts `command` in a shell. Throws `too-many`, and what finding the shell throws; the rest is in the command's state. */
  async start({ command, cwd, timeout, stdin = false, signal }: StartOptions): Promise<Command> {
    const shell = await this.#findShell();
    if (this.#closed || signal?.aborted) {
      throw new ToolError('cancelled', 'The command was not started: the call was cancelled.', 'Call again if wanted.');
    }
    if (this.list().filter(({ state }) => state.name === 'running').length >= MAX_RUNNING) {
      throw new ToolError(
        'too-many',
        `${MAX_RUNNING} commands run already.`,
        'Stop one that is not needed with stop_command, or wait for one to end.',
      );
    }
    const execution = this.#options.runner.exec([...shell, command], {
      cwd: resolve(this.#options.workspace, cwd),
      stdin,
      // What is too much is dropped here, oldest first, and not by the runner, which would drop the end.
      maxOutputBytes: Number.MAX_SAFE_INTEGER,
      ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
      ...(signal && { signal }),
    });
    return this.#keep(command, execution);
  }

  /** Throws `command-unknown`. */
  get(id: string): Command {
    const command = this.#commands.get(id);
    if (command) return command;
    throw new ToolError(
      'command-unknown',
      `There is no command ${JSON.stringify(id)}; of those that ended the last ${MAX_ENDED} are kept.`,
      'Use list_commands to see which there are.',
    );
  }

  /** Oldest first. */
  list(): Command[] {
    return [...this.#commands.values()];
  }

  /** Kills everything that runs. */
  close(): void {
    this.#closed = true;
    for (const command of this.#commands.values()) command.kill();
  }

  #keep(line: string, execution: Execution): Command {
    this.#count += 1;
    const command = new Command(`c${this.#count}`, line, execution);
    this.#commands.set(command.id, command);
    const ended = this.list().filter(({ state }) => state.name !== 'running');
    for (const { id } of ended.slice(0, -MAX_ENDED)) this.#commands.delete(id);
    return command;
  }

  /** `/bin/bash` where the image has it, else `/bin/sh`; asked once, and again after a failure. */
  #findShell(): Promise<readonly string[]> {
    this.#shell ??= findShell(this.#options.runner).catch((error) => {
      this.#shell = undefined;
      throw error;
    });
    return this.#shell;
  }
}

/** `--norc`: with a socket for its input Bash takes itself for a remote shell, and would read ~/.bashrc. */
const BASH = ['/bin/bash', '--norc', '-c'];
const SH = ['/bin/sh', '-c'];

async function findShell(runner: CommandRunner): Promise<readonly string[]> {
  const probe = runner.exec([...BASH, 'exit 0']);
  probe.stdout.resume();
  probe.stderr.resume();
  try {
    await probe.result;
    return BASH;
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'exec-failed') return SH;
    throw error;
  }
}
