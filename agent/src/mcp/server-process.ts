// A server of ours as a child process. Imports next to nothing, so that a program may start it before it loads the rest of
// itself.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

export interface ServerCommand {
  command: string;
  args: readonly string[];
  /** All that the server gets besides PATH, HOME, USER and the like: never the model's key. */
  env: Readonly<Record<string, string>>;
}

export interface ServerProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves once it runs; rejects when it cannot be started. */
  readonly started: Promise<void>;
  /** The last that it said on stderr. */
  complaint(): string;
}

const keptComplaint = 2_000;

const inherited =
  process.platform === 'win32'
    ? ['APPDATA', 'LOCALAPPDATA', 'PATH', 'SYSTEMDRIVE', 'SYSTEMROOT', 'TEMP', 'USERNAME', 'USERPROFILE']
    : ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'];

export function startServer({ command, args, env }: ServerCommand): ServerProcess {
  const usual = Object.fromEntries(inherited.flatMap((name) => [[name, process.env[name]]]));
  const child = spawn(command, [...args], { env: { ...usual, ...env }, stdio: 'pipe', windowsHide: true });
  let tail = '';
  child.stderr.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('utf8')).slice(-keptComplaint);
  });
  child.stdin.on('error', () => {}); // it is gone, which its end tells
  const started = new Promise<void>((resolve, reject) => void child.once('spawn', resolve).on('error', reject));
  started.catch(() => {}); // for whoever waits for it
  return { child, started, complaint: () => tail };
}

/** False also for one that never began. */
export function isRunning({ child: { pid, exitCode, signalCode } }: ServerProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}
