// What a script is made of; README.md beside this file is its manual.
import type { IncomingHttpHeaders } from 'node:http';
import type Anthropic from '@anthropic-ai/sdk';
import type { Gate } from './gate.js';

/** Which of the three APIs the client spoke; `body` is the same for all of them. */
export type Face = 'anthropic' | 'bedrock' | 'vertex';

export interface MessagesRequest {
  face: Face;
  headers: IncomingHttpHeaders;
  body: Anthropic.MessageCreateParamsStreaming;
}

export type ScriptBlock =
  | { type: 'text'; text: string }
  /** Without a signature it gets one that belongs to this very text. */
  | { type: 'thinking'; thinking: string; signature?: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; name: string; input: object; id?: string }
  /** `json` is sent as it is, so that it may be malformed. */
  | { type: 'tool_use'; name: string; json: string; id?: string };

export interface Reply {
  content: readonly ScriptBlock[];
  stopReason?: Anthropic.StopReason;
  /** Goes with the stop reason `refusal`. */
  stopDetails?: Partial<Omit<Anthropic.RefusalStopDetails, 'type'>>;
  /** Default: counted by the length of what was sent, cache included. One of the input's numbers sets the others to 0. */
  usage?: Partial<
    Record<'input_tokens' | 'output_tokens' | 'cache_read_input_tokens' | 'cache_creation_input_tokens', number>
  >;
  /** Characters per delta; default 24. */
  chunkSize?: number;
  /** Milliseconds between deltas; default 0. */
  paceMs?: number;
  /** Waits at the gate after that many events. */
  hold?: { after: number; gate: Gate };
  /** Ends the stream after that many events instead of properly; `stall` keeps it open and sends nothing more. */
  end?: { cut: number } | { error: string; after: number } | { stall: number };
}

export interface Failure {
  status: number;
  /** For the `retry-after` header: seconds, or a date. */
  retryAfter?: number | string;
  headers?: Record<string, string>;
  /** Default: the API's type for this status. */
  type?: string;
  message?: string;
}

export type Turn = Reply | Failure | ((request: MessagesRequest) => Turn | Promise<Turn>);

export const say = (text: string): Reply => ({ content: [{ type: 'text', text }] });

export const call = (name: string, input: object = {}): Reply => calls([name, input]);

export const calls = (...list: readonly (readonly [name: string, input: object])[]): Reply => ({
  content: list.map(([name, input]) => ({ type: 'tool_use', name, input })),
});

export const fail = (status: number, retryAfter?: number | string): Failure => ({
  status,
  ...(retryAfter !== undefined && { retryAfter }),
});

/** Not even a status. */
export const silence: Turn = () => new Promise(() => {});

/** The tool results in a request's last message. */
export function toolResults({ body }: Pick<MessagesRequest, 'body'>): { id: string; text: string; isError: boolean }[] {
  const content = body.messages.at(-1)?.content;
  if (!Array.isArray(content)) return [];
  return content.flatMap((block) => {
    if (block.type !== 'tool_result') return [];
    const inner = block.content ?? [];
    const text =
      typeof inner === 'string'
        ? inner
        : inner.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n');
    return [{ id: block.tool_use_id, text, isError: block.is_error === true }];
  });
}
