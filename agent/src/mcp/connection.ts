// One MCP server, connected.
import { callIdKey } from '@cofferdam/mcp-servers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type CallToolResult, ErrorCode, McpError, type Tool } from '@modelcontextprotocol/sdk/types.js';
import { AgentError } from '../errors.js';
import { toResultBlocks } from './content.js';
import { type CallOptions, type ToolOutcome, textOutcome } from './types.js';

export interface ServerConnection {
  name: string;
  transport: Transport;
  /** What the server last complained about, where it has a way to. */
  complaint?: () => string;
}

export interface ConnectedServer {
  readonly name: string;
  readonly tools: readonly Tool[];
  readonly instructions: string;
  call(tool: string, input: Record<string, unknown>, options: CallOptions): Promise<ToolOutcome>;
  close(): Promise<void>;
}

/** Milliseconds without a sign of life from a call; tools that run commands have limits of their own below it. */
const silenceLimit = 30 * 60_000;
const startLimit = 60_000;

/** Throws `server-failed`. The connection owns the transport. */
export async function connectServer(
  { name, transport, complaint = () => '' }: ServerConnection,
  signal: AbortSignal,
): Promise<ConnectedServer> {
  const client = new Client({ name: 'cofferdam', version: '0.1.0' });
  let alive = true;
  client.onclose = () => {
    alive = false;
  };

  function why(message: string): string {
    return [message, complaint().trim()].filter(Boolean).join(': ');
  }

  async function call(
    tool: string,
    input: Record<string, unknown>,
    { id, signal, onOutput }: CallOptions,
  ): Promise<ToolOutcome> {
    const gone = `The server ${name} is no longer there`;
    const advice = 'Nothing is known about this call. Do without its tools, or tell the user.';
    if (!alive) return textOutcome(`${why(gone)}. ${advice}`, true);
    try {
      const result = await withOwnSignal(signal, (own) =>
        client.callTool({ name: tool, arguments: input, _meta: { [callIdKey]: id } }, undefined, {
          signal: own,
          timeout: silenceLimit,
          resetTimeoutOnProgress: true,
          onprogress: ({ message }) => message && onOutput(message),
        }),
      );
      const { content, isError = false } = result as CallToolResult;
      return { content: toResultBlocks(content), isError };
    } catch (error) {
      if (signal.aborted)
        return textOutcome('Interrupted by the user; it may have acted. Check before repeating.', true);
      if (!alive) return textOutcome(`${why(gone)}. ${advice}`, true);
      if (error instanceof McpError && error.code === ErrorCode.RequestTimeout) {
        return textOutcome(
          `No sign of life for ${silenceLimit / 60_000} minutes: given up. Check before repeating.`,
          true,
        );
      }
      return textOutcome((error as Error).message, true);
    }
  }

  try {
    await client.connect(transport, { timeout: startLimit, signal });
    const tools = await listTools(client, signal);
    return { name, tools, instructions: client.getInstructions() ?? '', call, close: () => client.close() };
  } catch (cause) {
    await client.close();
    signal.throwIfAborted();
    throw new AgentError(
      'server-failed',
      why(`The server ${name} did not start: ${(cause as Error).message}`),
      'Run "cofferdam doctor".',
      { cause },
    );
  }
}

async function listTools(client: Client, signal: AbortSignal): Promise<Tool[]> {
  const tools: Tool[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor }, { timeout: startLimit, signal });
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tools;
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
