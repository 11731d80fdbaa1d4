// Servers that an editor hands over with a session, in the form of mcp.json.
import type { McpServer } from '@agentclientprotocol/sdk';

/** By name, an entry. */
export function givenServers(servers: readonly McpServer[] = []): Record<string, unknown> {
  return Object.fromEntries(servers.map((server) => [server.name, entryOf(server)]));
}

function entryOf(server: McpServer): unknown {
  if ('type' in server) {
    const headers = Object.fromEntries(server.headers.map(({ name, value }) => [name, value]));
    return { type: server.type, url: server.url, headers };
  }
  const env = Object.fromEntries(server.env.map(({ name, value }) => [name, value]));
  return { type: 'stdio', command: server.command, args: server.args, env };
}
