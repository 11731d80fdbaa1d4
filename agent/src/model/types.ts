// What the loop needs of a model.
import type Anthropic from '@anthropic-ai/sdk';

export interface ModelRequest {
  system: string;
  tools: readonly Anthropic.Tool[];
  messages: readonly Anthropic.MessageParam[];
  signal: AbortSignal;
  onText(delta: string): void;
  onThinking(delta: string): void;
  /** The answer so far is void; it is asked for again after `delayMs`. */
  onRetry(why: string, delayMs: number): void;
}

export interface Usage {
  /** Input tokens that no cache held. */
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

export interface ModelReply {
  /** Fit to be sent back: no empty text, no unsigned thinking, every tool input an object. */
  content: Anthropic.ContentBlockParam[];
  stopReason: string;
  /** Why the model declined, where it says so. */
  refusal: string | null;
  usage: Usage;
  /** What is wrong with a call's arguments, by the call's id: they were no JSON object. */
  problems: Record<string, string>;
}

export interface Model {
  readonly name: string;
  /** Rejects with the signal's reason when aborted, with AgentError when it cannot be had. */
  query(request: ModelRequest): Promise<ModelReply>;
}
