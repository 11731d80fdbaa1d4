// What the loop needs of a model.
import type Anthropic from '@anthropic-ai/sdk';

export interface ModelRequest {
  /** Several blocks where later ones change more often than earlier ones. */
  system: string | readonly string[];
  /** `defer_loading` keeps a definition back until a `tool_reference` in a tool's result names it. */
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
  /** As the API says it; `interrupted` for the beginning of an answer whose rest nobody waited for. */
  stopReason: string;
  /** Why the model declined, where it says so. */
  refusal: string | null;
  usage: Usage;
  /** What is wrong with a call's arguments, by the call's id: they were no JSON object. */
  problems: Record<string, string>;
}

export interface Model {
  readonly name: string;
  /**
   * When aborted, resolves to what was said by then (`interrupted`: text, without calls and unfinished thinking), and
   * rejects with the signal's reason when that is nothing. Rejects with AgentError when no answer can be had:
   * `model-context-full` where a shorter conversation would have one, `no-key` where the credentials are not accepted,
   * else `model-refused-request`, `model-unreachable` or `model-protocol`.
   */
  query(request: ModelRequest): Promise<ModelReply>;
}
