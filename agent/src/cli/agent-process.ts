// `cofferdam acp` as a child process: the agent that a terminal, or a script, is a client of.
// Imports next to nothing, so that the agent starts while its client is still being loaded.
import { spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { printable } from '../render/text.js';

/** Characters of its complaints that are kept for the case that it dies. */
const keptComplaint = 4_000;
const shownLines = 10;
/** Milliseconds to end in good order, once nobody speaks to it any more. */
const patienceMs = 20_000;

export interface AgentProcess {
  readonly input: WritableStream<Uint8Array>;
  readonly output: ReadableStream<Uint8Array>;
  /** Resolves when it has ended, to how: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /** The last lines that it complained with. */
  complaint(): string;
  /** Hangs up and waits; what does not end is killed. */
  end(): Promise<void>;
}

export function startAgent(env: NodeJS.ProcessEnv = process.env): AgentProcess {
  const child = spawn(process.execPath, [process.argv[1] ?? '', 'acp'], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: a Ctrl-C is for us, and we tell the agent what to do about it.
    detached: process.platform !== 'win32',
  });
  let tail = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-keptComplaint);
  });
  child.stdin.on('error', () => {}); // it is gone, which `ended` tells
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const hangUp = () => void child.kill();
  process.once('exit', hangUp);
  return {
    input: Writable.toWeb(child.stdin) as WritableStream<Uint8Array>,
    output: Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>,
    ended,
    complaint: () => printable(tail).trimEnd().split('\n').slice(-shownLines).join('\n'),
    async end() {
      const kill = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      child.stdin.end();
      await ended;
      clearTimeout(kill);
      process.off('exit', hangUp);
    },
  };
}
