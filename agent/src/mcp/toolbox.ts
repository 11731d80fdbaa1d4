// The tools of several servers under one roof.
import { type ConnectedServer, connectServer, type ServerConnection } from './connection.js';
import { type Toolbox, type ToolInfo, textOutcome } from './types.js';

/** Connects to all at once. Throws `server-failed`, after closing those that did start. */
export async function openToolbox(servers: readonly ServerConnection[], signal: AbortSignal): Promise<Toolbox> {
  const results = await Promise.allSettled(servers.map((server) => connectServer(server, signal)));
  const connected = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) {
    await closeAll(connected);
    throw failed.reason;
  }
  const routes = new Map<string, { server: ConnectedServer; tool: string; info: ToolInfo }>();
  for (const server of connected) {
    for (const tool of server.tools) {
      const name = modelName(server.name, tool.name, routes);
      const info: ToolInfo = {
        name,
        server: server.name,
        description: tool.description ?? '',
        inputSchema: tool.inputSchema,
        readOnly: tool.annotations?.readOnlyHint === true,
        outward: tool.annotations?.openWorldHint !== false,
      };
      routes.set(name, { server, tool: tool.name, info });
    }
  }
  return {
    tools: [...routes.values()].map(({ info }) => info),
    instructions: connected.flatMap(({ name, instructions: text }) => (text ? [{ server: name, text }] : [])),
    async call(name, input, options) {
      const route = routes.get(name);
      if (!route) return textOutcome(`There is no tool ${JSON.stringify(name)}.`, true);
      return route.server.call(route.tool, input, options);
    },
    close: () => closeAll(connected),
  };
}

async function closeAll(servers: readonly ConnectedServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}

/** `server__tool`, within the API's `^[a-zA-Z0-9_-]{1,128}$` and unlike every name in `taken`. */
export function modelName(server: string, tool: string, taken: { has(name: string): boolean }): string {
  const base = `${server}__${tool}`.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 120);
  for (let name = base, i = 2; ; name = `${base}_${i++}`) if (!taken.has(name)) return name;
}
