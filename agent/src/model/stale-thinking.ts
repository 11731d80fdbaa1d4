// Newer models take their thinking back only while everything before it is as it was. Clearing old results, compacting
// and another account break that; then the API refuses the request until the thinking is left out.
// See platform.claude.com/docs/en/build-with-claude/preserved-thinking.
import type Anthropic from '@anthropic-ai/sdk';
import { APIError } from '@anthropic-ai/sdk';

type Message = Anthropic.MessageParam;

export class StaleThinking {
  readonly #stale = new Set<string>();

  /** True when leaving out the thinking in `messages` is what the error asks for. */
  learn(error: unknown, messages: readonly Message[]): boolean {
    if (!(error instanceof APIError) || error.status !== 400) return false;
    if (!/invalid `?signature`? in `?(redacted_)?thinking/i.test(error.message)) return false;
    const before = this.#stale.size;
    for (const block of messages.flatMap(blocksOf)) {
      const key = keyOf(block);
      if (key !== undefined) this.#stale.add(key);
    }
    return this.#stale.size > before;
  }

  /** The messages as the API takes them. */
  leaveOut(messages: readonly Message[]): Message[] {
    return messages.map((message) => {
      if (this.#stale.size === 0 || message.role !== 'assistant') return message;
      const content = blocksOf(message).filter((block) => !this.#stale.has(keyOf(block) ?? ''));
      return { ...message, content: content.length > 0 ? content : [{ type: 'text', text: '(thinking left out)' }] };
    });
  }
}

function blocksOf({ content }: Message): Anthropic.ContentBlockParam[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function keyOf(block: Anthropic.ContentBlockParam): string | undefined {
  if (block.type === 'thinking') return block.signature;
  return block.type === 'redacted_thinking' ? block.data : undefined;
}
