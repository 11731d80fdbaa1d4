// Tools that the agent itself offers: they touch nothing but the session.
import type { ToolInfo, ToolOutcome } from '../mcp/index.js';
import type { OpenCall } from '../session/index.js';

export interface OwnTool {
  info: ToolInfo;
  /** Rejects with the signal's reason when aborted. */
  run(call: OpenCall, signal: AbortSignal): Promise<ToolOutcome>;
}

export type OwnTools = readonly OwnTool[];

const ownServer = 'cofferdam';

/** A tool of the agent's own as the loop knows tools. Only reads, as far as the world is concerned. */
export function ownTool(
  name: string,
  description: string,
  inputSchema: ToolInfo['inputSchema'],
  run: OwnTool['run'],
): OwnTool {
  const traits = { server: ownServer, tool: name, ours: true, readOnly: true, outward: false };
  return { info: { name, description, inputSchema, ...traits }, run };
}
