// Newer models take their thinking back only while everything before it is as it was. Clearing old results, compacting
// and another account break that; then the API refuses the request until the thinking is left out.
// See platform.claude.com/docs/en/build-with-claude/preserved-thinking.
import type Anthropic from '@anthropic-ai/sdk';
import { blocksOf, type Prompt, refusedFor, type Workaround } from './workaround.js';

export class StaleThinking implements Workaround {
  /** Of the thinking that was in a refused request; what the model thinks later is bound to what is sent then. */
  readonly #stale = new Set<string>();

  learn(error: unknown, { messages }: Prompt): boolean {
    if (!refusedFor(error, /invalid `?signature`? in `?(redacted_)?thinking/i)) return false;
    const before = this.#stale.size;
    for (const block of messages.flatMap(blocksOf)) {
      const key = keyOf(block);
      if (key !== undefined) this.#stale.add(key);
    }
    return this.#stale.size > before;
  }

  apply({ tools, messages }: Prompt): Prompt {
    if (this.#stale.size === 0) return { tools, messages };
    return { tools, messages: messages.map((message) => this.#leaveOut(message)) };
  }

  #leaveOut(message: Anthropic.MessageParam): Anthropic.MessageParam {
    if (message.role !== 'assistant') return message;
    const content = blocksOf(message).filter((block) => !this.#stale.has(keyOf(block) ?? ''));
    return { ...message, content: content.length > 0 ? content : [{ type: 'text', text: '(thinking left out)' }] };
  }
}

function keyOf(block: Anthropic.ContentBlockParam): string | undefined {
  if (block.type === 'thinking') return block.signature;
  return block.type === 'redacted_thinking' ? block.data : undefined;
}
