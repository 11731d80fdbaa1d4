// One call of a tool: arguments checked on the way in, the result on the way out, every failure told to the model.
import type { CallToolResult, TextContent } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { readArguments } from './arguments.js';
import { ToolError } from './errors.js';
import type { Tool, ToolContext, ToolResult } from './tool.js';

/** Never rejects: whatever goes wrong becomes a result with `isError` that says what to do next. */
export async function callTool(tool: Tool, args: unknown, context: ToolContext): Promise<CallToolResult> {
  try {
    const result = await tool.run(checkedArguments(tool, args, context), context);
    return {
      content: [textBlock(result.text), ...(result.attachments ?? [])],
      ...(tool.output && {
        structuredContent: checked(tool, tool.output, result),
      }),
    };
  } catch (error) {
    return failure(error);
  }
}

function checkedArguments(tool: Tool, args: unknown, context: ToolContext): Record<string, unknown> {
  const input = readArguments(tool.input, args);
  if (input.success) return input.data;
  const message = `${tool.name} was not run: ${z.prettifyError(input.error)}`;
  const problem = new ToolError('bad-arguments', message, 'Correct the arguments and call again.');
  tool.refused?.(problem, context);
  throw problem;
}

function checked(tool: Tool, schema: z.ZodObject, { structured }: ToolResult<unknown>): Record<string, unknown> {
  const output = schema.safeParse(structured);
  if (output.success) return output.data;
  throw new ToolError(
    'internal',
    `${tool.name} ran, but its result broke its own output schema: ${z.prettifyError(output.error)}`,
    'This is a defect of the tool: look at what it did with another tool, and tell the user.',
  );
}

/** ToolError and SandboxError say what to do; anything else was not foreseen. */
function failure(error: unknown): CallToolResult {
  const { message, code, remedy } = reportable(error)
    ? error
    : new ToolError('internal', String(error), 'This was not foreseen: try another way, or tell the user.');
  return {
    isError: true,
    content: [textBlock(`${message}\n${remedy}`)],
    _meta: { 'cofferdam/error': code },
  };
}

function reportable(error: unknown): error is Error & { code: string; remedy: string } {
  return error instanceof Error && 'code' in error && 'remedy' in error;
}

/** Half a surrogate pair, as of a text that was cut, would make some readers of JSON refuse the whole message. */
function textBlock(text: string): TextContent {
  return { type: 'text', text: text.toWellFormed() };
}
