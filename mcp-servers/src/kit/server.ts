// An MCP server made of tools.
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type ServerNotification,
  SetLevelRequestSchema,
  type Tool as ToolListing,
} from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { callTool } from './call.js';
import type { Tool, ToolContext } from './tool.js';

export interface ServerOptions {
  name: string;
  version: string;
  /** One paragraph for the model: what the server is for and how its tools fit together. */
  instructions: string;
  tools: readonly Tool[];
}

/** An MCP server that offers `tools`; connect it to any transport. */
export function createServer({ name, version, instructions, tools }: ServerOptions): Server {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const server = new Server({ name, version }, { capabilities: { tools: {}, logging: {} }, instructions });
  /** Whether the client set a level that lets messages of the level `info` pass. */
  let wantsInfo = false;
  server.setRequestHandler(SetLevelRequestSchema, ({ params: { level } }) => {
    wantsInfo = level === 'debug' || level === 'info';
    return {};
  });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(listing),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = byName.get(params.name);
    if (!tool) {
      const known = [...byName.keys()].join(', ');
      throw new McpError(
        ErrorCode.InvalidParams,
        `There is no tool ${JSON.stringify(params.name)}. Known tools: ${known}.`,
      );
    }
    const token = params._meta?.progressToken;
    let progress = 0;
    const client = server.getClientVersion();
    const callId = params._meta?.[callIdKey];
    const context: ToolContext = {
      callId: typeof callId === 'string' ? callId : randomUUID(),
      client: client ? `${client.name}/${client.version}` : 'unknown',
      sessionId: extra.sessionId,
      signal: extra.signal,
      progress(message) {
        if (extra.signal.aborted || (token === undefined && !wantsInfo)) return;
        progress += 1;
        const notification: ServerNotification =
          token === undefined
            ? { method: 'notifications/message', params: { level: 'info', logger: tool.name, data: message } }
            : { method: 'notifications/progress', params: { progressToken: token, progress, message } };
        extra.sendNotification(notification).catch((error: Error) => server.onerror?.(error));
      },
    };
    return callTool(tool, params.arguments ?? {}, context);
  });
  return server;
}

/** Where a client's request says by what id it knows the call. */
export const callIdKey = 'cofferdam/call';

/** How a tool is listed to clients. */
function listing(tool: Tool): ToolListing {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchema(tool.input, 'input') as ToolListing['inputSchema'],
    ...(tool.output && {
      outputSchema: jsonSchema(tool.output, 'output') as NonNullable<ToolListing['outputSchema']>,
    }),
    annotations: unlikeDefaults(tool.annotations),
  };
}

/**
 * Without what the protocol takes for granted; of tools that only read it asks nothing more. `openWorldHint` is always
 * said: VS Code has results looked at before the model reads them only where a tool states it.
 */
function unlikeDefaults(annotations: Tool['annotations']): NonNullable<ToolListing['annotations']> {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
  if (readOnlyHint) return { readOnlyHint, openWorldHint };
  return { ...(!destructiveHint && { destructiveHint }), ...(idempotentHint && { idempotentHint }), openWorldHint };
}

/**
 * Without `$schema` (JSON Schema 2020-12 is what the protocol assumes) where older dialects would read it the same: every
 * model pays for each token of a listing.
 */
function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, override: leaveOutTheObvious });
  return rest.$defs ? { $schema, ...rest } : rest;
}

/** What zod adds and nobody gains by: bounds of a safe integer, names that are text, further properties of any kind. */
function leaveOutTheObvious({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { additionalProperties: further } = jsonSchema;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (isDeepStrictEqual(jsonSchema.propertyNames, { type: 'string' })) delete jsonSchema.propertyNames;
  if (isDeepStrictEqual(further, {})) delete jsonSchema.additionalProperties;
}
