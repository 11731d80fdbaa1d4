// What the loop needs of tools, wherever they come from.
import type { ResultBlock } from '../session/index.js';

export interface ToolInfo {
  /** As the model calls it: `server__tool`. */
  name: string;
  server: string;
  description: string;
  inputSchema: { type: 'object'; [keyword: string]: unknown };
  /** True when the server says that calls change nothing. */
  readOnly: boolean;
  /** True unless the server says that calls reach nothing beyond the sandbox. */
  outward: boolean;
}

export interface ToolOutcome {
  content: ResultBlock[];
  isError: boolean;
}

export interface CallOptions {
  /** The model's id for the call: it stands in the server's audit events. */
  id: string;
  signal: AbortSignal;
  /** Output while the tool runs. */
  onOutput(text: string): void;
}

export interface Toolbox {
  readonly tools: readonly ToolInfo[];
  /** What the servers say about themselves, for the system prompt. */
  readonly instructions: readonly { server: string; text: string }[];
  /** Never rejects: whatever goes wrong is an outcome that the model can read. */
  call(name: string, input: Record<string, unknown>, options: CallOptions): Promise<ToolOutcome>;
  close(): Promise<void>;
}

export function textOutcome(text: string, isError = false): ToolOutcome {
  return { content: [{ type: 'text', text }], isError };
}
