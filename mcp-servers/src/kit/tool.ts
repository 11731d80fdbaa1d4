// A tool is a value: name, schemas, annotations and a function.
import type { ContentBlock, ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import type * as z from 'zod';
import type { ToolError } from './errors.js';

export interface ToolContext {
  /** Names this call in the audit log: the client's own id for it where it sent one, else a random one. */
  readonly callId: string;
  /** Who calls: `name/version` as the client introduced itself. Any text. */
  readonly client: string;
  /** Tells apart clients that share the server over HTTP; absent over stdio. */
  readonly sessionId?: string | undefined;
  /** Aborts when the client cancels the call or goes away. */
  readonly signal: AbortSignal;
  /**
   * Tells how far the call is, to a client that asked for this call's progress or else for log messages; free text, no
   * rate limit needed.
   */
  progress(message: string): void;
}

export interface ToolResult<Output> {
  /** What the model reads. */
  text: string;
  /** What follows the text: images and the like. */
  attachments?: readonly ContentBlock[];
  /** What programs read; checked against the tool's output schema. */
  structured?: Output;
}

export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  /** snake_case, unique within its server. */
  name: string;
  title: string;
  description: string;
  input: Input;
  output?: Output;
  /** Every place outside the server's own process that a call may touch: for GitLab tools `METHOD /path/:param`. */
  reaches?: readonly string[];
  /** All four hints are stated, so that nobody has to know the protocol's defaults. A listing leaves out those that equal them. */
  annotations: Required<Omit<ToolAnnotations, 'title'>>;
  /** Told of a call that was not run because its arguments do not fit. */
  refused?(problem: ToolError, context: ToolContext): void;
  /** Throws ToolError (or SandboxError) for what the model can mend. */
  run(input: z.output<Input>, context: ToolContext): Promise<ToolResult<z.output<Output>>>;
}

/** Keeps the schemas' types for `run`, and forgets them for the server that lists many tools. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(tool: Tool<Input, Output>): Tool {
  return tool as unknown as Tool;
}

/** The annotations of a tool that only looks. */
export const readOnly: Tool['annotations'] = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};
