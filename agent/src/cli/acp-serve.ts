// The agent over the Agent Client Protocol, on standard input and output.
import { Console } from 'node:console';
import { Readable, Writable } from 'node:stream';
import { ndJsonStream } from '@agentclientprotocol/sdk';
import { serveClient } from '../acp/index.js';
import { Agents } from '../agent/index.js';
import type { ServerProcess } from '../mcp/index.js';
import { createModel } from '../model/index.js';

/** A prompt with twenty images of the largest size. */
const maxMessageBytes = 128 * 1024 * 1024;

/** Until the input ends, or a signal says so. `keeperAhead` ends with it where no session needed it. */
export async function serveAgent(home: string, keeperAhead: ServerProcess): Promise<void> {
  const env = { ...process.env };
  const modelOf = (model?: string) => createModel({ model, env });
  const agents = new Agents({ home, env, createModel: modelOf, keeperAhead });
  const input = Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>;
  const stream = ndJsonStream(ownOutput(), input, { maxMessageBytes });
  try {
    await serveClient(stream, { home, agents, createModel: modelOf }, untilTold());
  } finally {
    keeperAhead.child.stdin.end();
  }
}

/** Standard output is the protocol's alone: what any library prints goes to stderr. */
function ownOutput(): WritableStream<Uint8Array> {
  globalThis.console = new Console(process.stderr, process.stderr);
  // A client that is gone ends the connection, and with it the sessions in good order, not the process on the spot.
  process.stdout.removeAllListeners('error').on('error', () => {});
  return Writable.toWeb(process.stdout) as WritableStream<Uint8Array>;
}

/** A Ctrl-C meant for the client reaches the whole process group. */
function untilTold(): AbortSignal {
  const controller = new AbortController();
  const end = () => controller.abort(new Error('The agent was told to end.'));
  process
    .on('SIGTERM', end)
    .on('SIGHUP', end)
    .on('SIGINT', process.stdin.isTTY ? end : () => {});
  return controller.signal;
}
