// One MCP server, connected.
import { callIdKey } from '@cofferdam/mcp-servers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolResultSchema,
  ErrorCode,
  ListToolsResultSchema,
  McpError,
  type Tool,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { AgentError, isExpected } from '../errors.js';
import { type Gate, OwnGate } from './gate.js';
import { type CallOptions, type ToolOutcome, textOutcome } from './types.js';

export interface ServerConnection {
  name: string;
  transport: Transport;
  /** What the server last complained about, where it has a way to. */
  complaint?: () => string;
  /** Of a third-party server, which is left out when it does not start; without one the server is ours, and needed. */
  gate?: Gate;
  /** Milliseconds it may take to start. Default: a minute. */
  startLimit?: number;
}

export interface ConnectedServer {
  readonly name: string;
  readonly ours: boolean;
  /** False once it ended, whoever ended it. */
  readonly isAlive: boolean;
  readonly tools: readonly Tool[];
  readonly instructions: string;
  call(tool: string, input: Record<string, unknown>, options: CallOptions): Promise<ToolOutcome>;
  close(): Promise<void>;
}

/** Milliseconds without a sign of life from a call; tools that run commands have limits of their own below it. */
const silenceLimit = 30 * 60_000;
const defaultStartLimit = 60_000;
/** A listing that never ends is no listing. */
const maxPages = 100;

/** Throws `server-failed`, or what the gate says. The connection owns the transport. */
export async function connectServer(server: ServerConnection, signal: AbortSignal): Promise<ConnectedServer> {
  const { name, transport, complaint = () => '', gate = new OwnGate(), startLimit = defaultStartLimit } = server;
  const client = new Client({ name: 'cofferdam', version: '0.1.0' });
  let alive = true;
  client.onclose = () => {
    alive = false;
  };

  function why(message: string): string {
    return [message, gate.quote(complaint())].filter(Boolean).join(': ');
  }

  async function call(
    tool: string,
    input: Record<string, unknown>,
    { id, signal, onOutput }: CallOptions,
  ): Promise<ToolOutcome> {
    const gone = () =>
      textOutcome(
        `${why(`The server ${name} is no longer there`)}. Nothing is known about this call. Do without its tools, or tell the user.`,
        true,
      );
    if (!alive) return gone();
    await relisted;
    const objection = gate.objection(tool);
    if (objection !== undefined) return textOutcome(objection, true);
    try {
      const params = { name: tool, arguments: input, _meta: { [callIdKey]: id } };
      const result = await withOwnSignal(signal, (own) =>
        client.request({ method: 'tools/call', params }, CallToolResultSchema, {
          signal: own,
          timeout: silenceLimit,
          resetTimeoutOnProgress: true,
          onprogress: ({ message }) => message && onOutput(message),
        }),
      );
      return gate.outcome(tool, result);
    } catch (error) {
      if (signal.aborted)
        return textOutcome('Interrupted by the user; it may have acted. Check before repeating.', true);
      if (!alive) return gone();
      if (error instanceof McpError && error.code === ErrorCode.RequestTimeout) {
        return textOutcome(
          `No sign of life for ${silenceLimit / 60_000} minutes: given up. Check before repeating.`,
          true,
        );
      }
      const { message } = error as Error;
      if (isExpected(error)) return textOutcome(`${message} ${(error as AgentError).remedy}`, true);
      return gate.outcome(tool, { content: [{ type: 'text', text: message }], isError: true });
    }
  }

  // One listing at a time, and one more when something changed while it was made: a server may say so as often as it likes.
  let relisted: Promise<void> | undefined;
  let stale = false;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    stale = true;
    relisted ??= relist().finally(() => {
      relisted = undefined;
    });
  });

  async function relist(): Promise<void> {
    while (stale && alive) {
      stale = false;
      try {
        gate.relist(await listTools(client, { timeout: defaultStartLimit }));
      } catch {
        gate.relist([]); // what cannot be looked at is not offered
      }
    }
  }

  try {
    const tools = await withOwnSignal(signal, async (own) => {
      const options = { timeout: startLimit, maxTotalTimeout: startLimit, signal: own };
      await client.connect(transport, options);
      return listTools(client, options);
    });
    await gate.admit({ instructions: client.getInstructions() ?? '', tools }, signal);
  } catch (cause) {
    await client.close();
    signal.throwIfAborted();
    if (isExpected(cause)) throw cause;
    // What it said before it ended tells more than that it ended.
    const isOver = cause instanceof McpError && cause.code === ErrorCode.ConnectionClosed && complaint() !== '';
    const reason = isOver ? '' : `: ${gate.quote((cause as Error).message)}`;
    throw new AgentError(
      'server-failed',
      why(`The server ${name} did not start${reason}`),
      gate instanceof OwnGate ? 'Run "cofferdam doctor".' : 'Correct its entry in mcp.json, or do without it.',
      { cause },
    );
  }
  return {
    name,
    ours: server.gate === undefined,
    get isAlive() {
      return alive;
    },
    get tools() {
      return gate.tools;
    },
    get instructions() {
      return gate.instructions;
    },
    call,
    close: () => client.close(),
  };
}

/**
 * Asked for without the SDK's own `listTools` and `callTool`: those compile the schemas of the server into code, and match
 * its results with its patterns.
 */
async function listTools(client: Client, options: RequestOptions): Promise<Tool[]> {
  const tools: Tool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const params = cursor === undefined ? {} : { cursor };
    const result = await client.request({ method: 'tools/list', params }, ListToolsResultSchema, options);
    tools.push(...result.tools);
    cursor = result.nextCursor;
    if (cursor === undefined) return tools;
  }
  throw new Error(`its list of tools has more than ${maxPages} pages`);
}

/** The SDK never removes its listeners: on a signal that lives as long as the run they would pile up. */
async function withOwnSignal<Result>(signal: AbortSignal, use: (own: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await use(controller.signal);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
