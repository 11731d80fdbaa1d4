// The tools of several servers under one roof.
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { AgentError, explain } from '../errors.js';
import { type ConnectedServer, connectServer, type ServerConnection } from './connection.js';
import { type Toolbox, type ToolInfo, textOutcome } from './types.js';

/**
 * Connects to all at once. Throws `server-failed` when one of ours does not start, after closing those that did; a
 * third-party server that does not is left out, and `onNotice` is told, in words for people.
 */
export async function openToolbox(
  servers: readonly ServerConnection[],
  signal: AbortSignal,
  onNotice: (text: string) => void = () => {},
): Promise<Toolbox> {
  const results = await Promise.allSettled(servers.map((server) => connectServer(server, signal)));
  const connected = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.flatMap((result, index) =>
    result.status === 'rejected' ? [{ error: result.reason, needed: servers[index]?.gate === undefined }] : [],
  );
  const fatal = failed.find(({ error, needed }) => needed || !(error instanceof AgentError));
  if (fatal) {
    await closeAll(connected);
    throw fatal.error;
  }
  for (const { error } of failed) onNotice(explain(error));

  const names = new Names();
  // Ours come first, so that no other server's tool takes a name from them.
  const ordered = [...connected].sort((a, b) => Number(b.ours) - Number(a.ours));
  const routes = () =>
    ordered.flatMap((server) => server.tools.map((tool) => ({ server, tool, name: names.of(server.name, tool.name) })));
  routes();
  return {
    get tools() {
      return routes().map(describe);
    },
    get instructions() {
      return ordered.flatMap(({ name, instructions: text }) => (text ? [{ server: name, text }] : []));
    },
    get isLost() {
      return connected.some(({ ours, isAlive }) => ours && !isAlive);
    },
    async call(name, input, options) {
      const route = names.find(name);
      const server = ordered.find((one) => one.name === route?.server);
      if (!route || !server) return textOutcome(`There is no tool ${JSON.stringify(name)}.`, true);
      return server.call(route.tool, input, options);
    },
    close: () => closeAll(connected),
  };
}

async function closeAll(servers: readonly ConnectedServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}

function describe({ server, tool, name }: { server: ConnectedServer; tool: Tool; name: string }): ToolInfo {
  const { title = tool.annotations?.title, description = '', inputSchema, outputSchema, annotations } = tool;
  return {
    name,
    server: server.name,
    tool: tool.name,
    ours: server.ours,
    ...(title !== undefined && { title }),
    description,
    inputSchema,
    ...(outputSchema !== undefined && { outputSchema }),
    readOnly: annotations?.readOnlyHint === true,
    outward: annotations?.openWorldHint !== false,
  };
}

/** A tool that comes back later has the name that it had: it stands in the conversation. */
class Names {
  readonly #byName = new Map<string, { server: string; tool: string }>();
  readonly #byTool = new Map<string, string>();

  of(server: string, tool: string): string {
    const key = JSON.stringify([server, tool]);
    const known = this.#byTool.get(key);
    if (known !== undefined) return known;
    const name = modelName(server, tool, this.#byName);
    this.#byTool.set(key, name);
    this.#byName.set(name, { server, tool });
    return name;
  }

  find(name: string): { server: string; tool: string } | undefined {
    return this.#byName.get(name);
  }
}

/** `server__tool`, within the API's `^[a-zA-Z0-9_-]{1,128}$` and unlike every name in `taken`. */
export function modelName(server: string, tool: string, taken: { has(name: string): boolean }): string {
  const base = `${server}__${tool}`.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 120);
  for (let name = base, i = 2; ; name = `${base}_${i++}`) if (!taken.has(name)) return name;
}
