// The agent for editors, over the Agent Client Protocol.
import { Console } from 'node:console';
import { Readable, Writable } from 'node:stream';
import { ndJsonStream } from '@agentclientprotocol/sdk';
import { serveClient } from '../acp/index.js';
import { Agents } from '../agent/index.js';
import { stateHome } from '../home.js';
import { createModel } from '../model/index.js';
import { type Command, exitCode, parse, say, usage } from './command.js';

/** A prompt with twenty images of the largest size. */
const maxMessageBytes = 128 * 1024 * 1024;

export const command: Command = {
  help: `Usage: cofferdam acp

The agent, for any editor that speaks the Agent Client Protocol: over stdin and stdout, until the input ends.
docs/acp.md says how to name it in Zed, in JetBrains' editors, in Neovim and on the command line.`,

  async run(argv) {
    const { positionals } = parse(argv, {});
    if (positionals.length > 0) throw usage('cofferdam acp takes no arguments.');
    if (process.stdin.isTTY)
      say('This speaks the Agent Client Protocol, for editors: see docs/acp.md. Ctrl-C ends it.');
    const home = stateHome();
    const env = { ...process.env };
    const modelOf = (model?: string) => createModel({ model, env });
    const agents = new Agents({ home, env, createModel: modelOf });
    const stream = ndJsonStream(ownOutput(), Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>, {
      maxMessageBytes,
    });
    await serveClient(stream, { home, agents, createModel: modelOf }, untilTold());
    return exitCode.done;
  },
};

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
