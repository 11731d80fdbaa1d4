// Where a tool server is offered: on this process's own input and output, or over Streamable HTTP.
import { randomUUID } from 'node:crypto';
import { finished } from 'node:stream/promises';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { usage } from './command.js';
import { type HttpValues, overHttp, type Serve } from './mcp-http.js';

/**
 * The way that the options ask for. From here on signals end the serving in good order, even one that has yet to begin.
 * Throws AgentError `usage`.
 */
export function serveOver(values: HttpValues): Serve {
  if (values.http !== undefined) return overHttp(values.http, values);
  for (const option of ['host', 'public-url', 'allow-origin', 'json'] as const) {
    if (values[option] !== undefined) throw usage(`--${option} is for --http PORT.`);
  }
  return overStdio();
}

function overStdio(): Serve {
  closeInputOnSignals();
  return async (create) => {
    const server = create({ id: randomUUID() });
    await server.connect(new StdioServerTransport());
    await endOf(process.stdin);
    await server.close();
  };
}

/** The client ends a server by closing its input. A Ctrl-C meant for the client reaches the whole process group. */
function closeInputOnSignals(): void {
  if (!process.stdin.isTTY) process.on('SIGINT', () => {});
  process.on('SIGTERM', () => process.stdin.destroy());
}

async function endOf(stream: NodeJS.ReadableStream): Promise<void> {
  await finished(stream, { writable: false }).catch(ignorePrematureClose);
}

/** Either side may hang up first: that is how these conversations end. */
export function ignorePrematureClose(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
