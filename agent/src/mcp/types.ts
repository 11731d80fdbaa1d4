// What the loop needs of tools, wherever they come from.
import type { ResultBlock } from '../session/index.js';

export interface ToolInfo {
  /** As the model calls it: `server__tool`. */
  name: string;
  server: string;
  /** The server's own name for it, as policies write it: `edit_file`. */
  tool: string;
  /** False for third-party servers: nothing they say about themselves is believed. */
  ours: boolean;
  title?: string;
  description: string;
  inputSchema: { type: 'object'; [keyword: string]: unknown };
  outputSchema?: { type: 'object'; [keyword: string]: unknown };
  /** True when the server says that calls change nothing. */
  readOnly: boolean;
  /** True unless the server says that calls reach nothing beyond the sandbox. */
  outward: boolean;
}

export interface ToolOutcome {
  content: ResultBlock[];
  isError: boolean;
  /** The result as data, of tools of ours only. For rendering: the model sees `content` and nothing else. */
  structured?: unknown;
  /** A stable word for what went wrong, of tools of ours only: `not-found`, `bad-arguments`, ... */
  errorCode?: string;
}

export interface CallOptions {
  /** The model's id for the call: it stands in the server's audit events. */
  id: string;
  signal: AbortSignal;
  /** Output while the tool runs. */
  onOutput(text: string): void;
}

export interface Toolbox {
  /** May change while a session lasts: servers may change what they offer. Names stay with their tools. */
  readonly tools: readonly ToolInfo[];
  /** What the servers say about themselves, for the system prompt. */
  readonly instructions: readonly { server: string; text: string }[];
  /** True when a server of ours ended by itself: with its engine, its sandbox, or killed. */
  readonly isLost: boolean;
  /** Never rejects: whatever goes wrong is an outcome that the model can read. */
  call(name: string, input: Record<string, unknown>, options: CallOptions): Promise<ToolOutcome>;
  close(): Promise<void>;
}

export function textOutcome(text: string, isError = false): ToolOutcome {
  return { content: [{ type: 'text', text }], isError };
}
