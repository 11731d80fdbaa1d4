// An MCP server made of tools.
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool as ToolListing,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
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
  const server = new Server({ name, version }, { capabilities: { tools: {} }, instructions });
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
    const context: ToolContext = {
      signal: extra.signal,
      progress(message) {
        if (token === undefined || extra.signal.aborted) return;
        progress += 1;
        const notification = {
          method: 'notifications/progress' as const,
          params: { progressToken: token, progress, message },
        };
        extra.sendNotification(notification).catch((error: Error) => server.onerror?.(error));
      },
    };
    return callTool(tool, params.arguments ?? {}, context);
  });
  return server;
}

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
    annotations: tool.annotations,
  };
}

/** Without `$schema` and zod's bounds of a safe integer: every model pays for each token of a listing. */
function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    override({ jsonSchema }) {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return rest;
}
