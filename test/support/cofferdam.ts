// The built command as a user meets it: arguments and input, stdout, stderr and the exit code.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attachSandbox, listSandboxes } from '@cofferdam/sandbox';
import { afterAll, onTestFinished } from 'vitest';
import { type MessagesApi, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';
import { temporaryFolder } from './workspaces.js';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
export const program = fromRoot('agent/bin/cofferdam.js');
if (!existsSync(fromRoot('agent/dist/bundle/cofferdam.js'))) {
  throw new Error('These tests run the built command, and it is not built: run "npm run build" first.');
}

/** COFFERDAM_HOME of every command that a test file runs. */
export const home = temporaryFolder();

/** The ids of the sandboxes that stand on a workspace. */
export async function sandboxesOf(workspace: string): Promise<string[]> {
  return (await listSandboxes()).filter((sandbox) => sandbox.workspace === workspace).map(({ id }) => id);
}

// Many tests end with a sandbox that the program kept on purpose.
afterAll(async () => {
  const kept = (await listSandboxes()).filter(({ workspace }) => workspace.startsWith(dirname(home)));
  for (const { id } of kept) await (await attachSandbox(id, { home })).close();
});

export interface Options {
  cwd?: string;
  env?: Record<string, string>;
  /** What it reads on stdin. Default: nothing. */
  input?: string;
  /** The model that answers; without one there is no key either. */
  model?: MessagesApi;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that runs. */
export interface Running {
  readonly ended: Promise<Ended>;
  /** Waits until `text` was printed, on either stream, after what was waited for before. */
  printed(text: string): Promise<void>;
  /** All that was printed until now. */
  soFar(): string;
  /** As at the keyboard. */
  type(keys: string): void;
  /** Sends a signal to it alone. */
  kill(signal: NodeJS.Signals): void;
}

/** Runs it to its end. */
export function cofferdam(args: readonly string[], options: Options = {}): Promise<Ended> {
  return started(args, options).ended;
}

export function started(args: readonly string[], options: Options = {}): Running {
  const { child, ...running } = launch(process.execPath, [program, ...args], options);
  child.stdin.end(options.input);
  return running;
}

/** Starts it at a terminal of its own; there stdout and stderr are one. */
export function atTerminal(args: readonly string[], options: Options = {}): Running {
  const words = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const line = `exec env NO_COLOR=1 ${words.join(' ')}`;
  const { child, ...running } = launch('script', ['--quiet', '--return', '--command', line, '/dev/null'], options);
  return running;
}

/** A model that plays `script` to whoever asks until the test ends. */
export async function modelThatPlays(script: readonly Turn[]): Promise<MessagesApi> {
  const model = await startMessagesApi(script);
  onTestFinished(() => model.close());
  return model;
}

export const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

function launch(command: string, args: readonly string[], { cwd, env, model }: Options) {
  const child = spawn(command, args, { cwd, env: { ...environment(model), ...env } });
  const output = { stdout: '', stderr: '' };
  const screen = new Screen();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      screen.add(text);
    });
  }
  // It may end before it has read everything.
  child.stdin.on('error', () => {});
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      resolve({ code, ...output });
      screen.end();
    });
  });
  return {
    child,
    ended,
    printed: (text: string) => screen.shows(text),
    soFar: () => screen.text,
    type: (keys: string) => void child.stdin.write(keys),
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
  };
}

/** What was printed, and how much of it was waited for. */
class Screen {
  #text = '';
  #seen = 0;
  #ended = false;
  #look = () => {};

  get text(): string {
    return this.#text.replaceAll('\r\n', '\n');
  }

  add(text: string): void {
    this.#text += text;
    this.#look();
  }

  end(): void {
    this.#ended = true;
    this.#look();
  }

  shows(wanted: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        const { text } = this;
        const at = text.indexOf(wanted, this.#seen);
        if (at >= 0) this.#seen = at + wanted.length;
        if (at >= 0) resolve();
        else if (this.#ended) reject(new Error(`It ended and had not printed ${JSON.stringify(wanted)}:\n${text}`));
      };
      this.#look();
    });
  }
}

/** Of this process only what finding Node, Git and the engine takes: above all no key of a real model. */
function environment(model: MessagesApi | undefined): NodeJS.ProcessEnv {
  const { PATH, HOME, DOCKER_HOST } = process.env;
  return {
    PATH,
    HOME,
    ...(DOCKER_HOST !== undefined && { DOCKER_HOST }),
    COFFERDAM_HOME: home,
    ...(model && { ANTHROPIC_API_KEY: 'any', ANTHROPIC_BASE_URL: model.url }),
  };
}
