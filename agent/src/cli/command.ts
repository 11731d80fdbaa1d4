// What a subcommand is, and how it reads its arguments.
import { once } from 'node:events';
import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { AgentError } from '../errors.js';
import { printable } from '../render/text.js';

export interface Command {
  /** What `--help` prints; without it the subcommand sees to that itself. */
  help?: string;
  /** Resolves to the exit code. */
  run(argv: string[]): Promise<number>;
}

export const exitCode = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** `parseArgs` with positionals allowed. Throws AgentError `usage`. */
export function parse<Options extends NonNullable<ParseArgsConfig['options']>>(
  argv: string[],
  options: Options,
): ReturnType<typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true }>> {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    throw usage((error as Error).message);
  }
}

export function usage(message: string): AgentError {
  return new AgentError('usage', message, 'See --help.');
}

/** The one value an option may have among `allowed`. Throws AgentError `usage`. */
export function oneOf<Value extends string>(name: string, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw usage(`${name} is ${JSON.stringify(value)}, but must be one of: ${allowed.join(', ')}.`);
  return found;
}

/** The absolute path of a folder that is there. Throws AgentError `usage`. */
export async function existingFolder(path: string): Promise<string> {
  const folder = resolve(path);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw usage(`${folder} is not a folder.`);
  return folder;
}

/** For what is written at the end of a long run. Throws AgentError `usage` where `file` could not be written. */
export async function checkWritable(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
  } catch {
    throw usage(`${file} cannot be written: its folder is not there, or cannot be written to.`);
  }
}

/** Runs the subcommand named first in `argv`. Throws AgentError `usage`. */
export async function dispatch<Name extends string>(
  argv: string[],
  verbs: Record<Name, (argv: string[]) => Promise<number>>,
): Promise<number> {
  const [verb = '', ...rest] = argv;
  return verbs[oneOf('The subcommand', verb, Object.keys(verbs) as Name[])](rest);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** One line, or several, on stdout; resolves when whoever reads it can take more. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
}

/** To the user, beside what the program prints for others to read. */
export function say(message: string): void {
  process.stderr.write(`cofferdam: ${printable(message)}\n`);
}
