// Where a tool server is offered: on this process's own input and output, or over Streamable HTTP.
import { randomUUID } from 'node:crypto';
import { finished } from 'node:stream/promises';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { expectStdio, type HttpValues, overHttp, type Serve } from './mcp-http.js';
import { closeInputOnSignals, ignorePrematureClose } from './mcp-input.js';

/**
 * The way that the options ask for. From here on signals end the serving in good order, even one that has yet to begin.
 * Throws AgentError `usage`.
 */
export function serveOver(values: HttpValues): Serve {
  if (values.http !== undefined) return overHttp(values.http, values);
  expectStdio(values);
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

async function endOf(stream: NodeJS.ReadableStream): Promise<void> {
  await finished(stream, { writable: false }).catch(ignorePrematureClose);
}
