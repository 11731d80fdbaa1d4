// A tool of the agent's own whose arguments are checked before it runs.
import * as z from 'zod';
import { type ToolInfo, type ToolOutcome, textOutcome } from '../mcp/index.js';
import { type OwnTool, ownTool } from './own-tool.js';

/** `run` may reject with the signal's reason when aborted. */
export function checkedTool<Input extends z.ZodObject>(
  name: string,
  description: string,
  input: Input,
  run: (input: z.output<Input>, signal: AbortSignal) => Promise<ToolOutcome> | ToolOutcome,
): OwnTool {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: 'input' });
  return ownTool(name, description, inputSchema as ToolInfo['inputSchema'], async (call, signal) => {
    const given = input.safeParse(call.input);
    if (!given.success) return textOutcome(`Not run: ${z.prettifyError(given.error)}`, true);
    return run(given.data, signal);
  });
}
