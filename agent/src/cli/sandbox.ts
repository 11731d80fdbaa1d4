import { constants } from 'node:os';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { attachSandbox, listSandboxes, openSandbox, pruneSandboxes, type Sandbox } from '@cofferdam/sandbox';
import { stateHome } from '../home.js';
import { describeChange, printable } from '../render/index.js';
import { type Command, dispatch, exitCode, parse, printJson, usage } from './command.js';
import { interruptible } from './interrupt.js';

export const command: Command = {
  help: `Usage: cofferdam sandbox SUBCOMMAND

The sandbox without a model.

  open [--workspace DIR] [--image REF] [--json]    makes a copy of the workspace and prints the sandbox's id
  exec ID [--cwd DIR] [--env NAME=VALUE]... [--timeout SECONDS] [--stdin] -- CMD...
                                                   runs a command and exits with its code (124 when out of time)
  changes ID [--ignored] [--json | --patch]        what the workspace does not have yet
  apply ID [--only PATH...] [--json]               writes changes to the workspace
  close ID                                         removes the sandbox with all it holds
  list [--json]
  prune [--older-than HOURS] [--json]              removes sandboxes nobody used for that long (default: 24)`,

  run: (argv) => dispatch(argv, { open, exec, changes, apply, close, list, prune }),
};

async function open(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, {
    workspace: { type: 'string', default: '.' },
    image: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw usage('Name the folder with --workspace.');
  const { image } = values;
  const onProgress = (message: string) => process.stderr.write(`${message}\n`);
  return interruptible(async (signal) => {
    const workspace = resolve(values.workspace);
    const options = { workspace, home: stateHome(), signal, onProgress, onWarning: onProgress };
    const sandbox = await openSandbox({ ...options, ...(image !== undefined && { image }) });
    if (values.json) printJson({ id: sandbox.id });
    else process.stdout.write(`${sandbox.id}\n`);
    await sandbox.detach();
    return exitCode.done;
  });
}

async function exec(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, {
    cwd: { type: 'string' },
    env: { type: 'string', multiple: true, default: [] },
    timeout: { type: 'string' },
    stdin: { type: 'boolean', default: false },
  });
  const [id, ...words] = positionals;
  if (words.length === 0) throw usage('Name the command after "--".');
  const seconds = values.timeout === undefined ? undefined : Number(values.timeout);
  if (seconds !== undefined && !(seconds > 0)) throw usage('--timeout takes a number of seconds.');
  const env = readEnvironment(values.env);
  return interruptible((signal) =>
    attached(id, async (sandbox) => {
      const running = sandbox.exec(words, {
        signal,
        env,
        stdin: values.stdin,
        maxOutputBytes: Number.MAX_SAFE_INTEGER,
        ...(values.cwd !== undefined && { cwd: values.cwd }),
        ...(seconds !== undefined && { timeoutMs: seconds * 1000 }),
      });
      // The command may end before it has read all its input.
      if (values.stdin) process.stdin.on('end', () => running.stdin.end()).pipe(running.stdin);
      running.stdin.on('error', () => process.stdin.unpipe(running.stdin));
      const [result] = await Promise.all([
        running.result,
        pipeline(running.stdout, process.stdout, { end: false }),
        pipeline(running.stderr, process.stderr, { end: false }),
      ]);
      if (values.stdin) process.stdin.destroy();
      if (signal.aborted) return exitCode.interrupted;
      if (result.timedOut) {
        process.stderr.write(`Stopped after ${seconds} s.\n`);
        return 124;
      }
      return result.exitCode ?? 128 + (result.signal ? constants.signals[result.signal] : 0);
    }),
  );
}

async function changes(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, {
    ignored: { type: 'boolean', default: false },
    json: { type: 'boolean' },
    patch: { type: 'boolean' },
  });
  return attached(positionals[0], async (sandbox) => {
    if (values.patch) {
      await pipeline(await sandbox.patch(), process.stdout, { end: false });
      return exitCode.done;
    }
    const found = await sandbox.changes({ includeIgnored: values.ignored });
    for (const change of found.changes) {
      if (values.json) printJson(change);
      else process.stdout.write(`${describeChange(change)}\n`);
    }
    for (const { path, reason } of found.skipped) note(`Left out: ${path}: ${reason}`);
    if (found.ignored > 0 && !values.ignored)
      note(`${found.ignored} changed files that Git ignores are not listed (--ignored).`);
    return exitCode.done;
  });
}

async function apply(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, {
    only: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  });
  const [id, ...more] = positionals;
  if (more.length > 0 && !values.only) throw usage('Name paths with --only.');
  return attached(id, async (sandbox) => {
    const report = await sandbox.apply(values.only && [...values.only, ...more]);
    if (values.json) printJson(report);
    else for (const path of report.applied) process.stdout.write(`${printable(path)}\n`);
    const failures = [...report.conflicts, ...report.refused];
    for (const { path, reason } of failures) note(`Not applied: ${path}: ${reason}`);
    return failures.length === 0 ? exitCode.done : exitCode.failed;
  });
}

async function close(argv: string[]): Promise<number> {
  const { positionals } = parse(argv, {});
  return attached(positionals[0], async (sandbox) => {
    await sandbox.close();
    return exitCode.done;
  });
}

async function list(argv: string[]): Promise<number> {
  const { values } = parse(argv, { json: { type: 'boolean' } });
  for (const info of await listSandboxes()) {
    if (values.json) printJson(info);
    else process.stdout.write(`${info.id}  ${info.state}  ${info.createdAt}  ${printable(info.workspace)}\n`);
  }
  return exitCode.done;
}

async function prune(argv: string[]): Promise<number> {
  const { values } = parse(argv, { 'older-than': { type: 'string', default: '24' }, json: { type: 'boolean' } });
  const hours = Number(values['older-than']);
  if (!(hours >= 0)) throw usage('--older-than takes a number of hours.');
  for (const id of await pruneSandboxes({ olderThanMs: hours * 3_600_000, home: stateHome() })) {
    if (values.json) printJson({ id });
    else process.stdout.write(`${id}\n`);
  }
  return exitCode.done;
}

async function attached(id: string | undefined, use: (sandbox: Sandbox) => Promise<number>): Promise<number> {
  if (id === undefined) throw usage('Name the sandbox.');
  const sandbox = await attachSandbox(id, { home: stateHome() });
  try {
    return await use(sandbox);
  } finally {
    await sandbox.detach();
  }
}

function readEnvironment(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw usage(`--env takes NAME=VALUE, not ${JSON.stringify(pair)}.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function note(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}
