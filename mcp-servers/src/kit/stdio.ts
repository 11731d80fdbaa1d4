// A server on this process's stdin and stdout.
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

/**
 * Serves until the client closes our stdin or goes away. Closing the server aborts the calls that still run, so that
 * nothing outlives its client.
 */
export async function serveStdio(server: Server): Promise<void> {
  const close = () => void server.close();
  process.stdin.once('end', close);
  process.stdout.once('error', close);
  await server.connect(new StdioServerTransport());
}
