// The thinking that was sent, which comes back as it was or not at all.
import { createHash } from 'node:crypto';
import type Anthropic from '@anthropic-ai/sdk';
import { blocksOf } from './blocks.js';
import { isSigned, type SentBlock } from './stream.js';

type Block = Anthropic.ContentBlockParam;

export class ThinkingMemory {
  /** By signature or data: what was said, and all that stood before it. */
  readonly #sent = new Map<string, { text: string; prefix: string }>();
  readonly #preserved: boolean;

  /** `preserved`: thinking is only taken back while nothing before it has changed, as newer models have it. */
  constructor(preserved: boolean) {
    this.#preserved = preserved;
  }

  remember(body: Anthropic.MessageCreateParams, answer: readonly SentBlock[]): void {
    const prefix = new Prefix(body);
    for (const message of body.messages) for (const block of blocksOf(message)) prefix.add(block);
    for (const block of answer.flatMap(asSentBack)) {
      const key = keyOf(block);
      if (key !== undefined) this.#sent.set(key, { text: textOf(block), prefix: prefix.hash });
      prefix.add(block);
    }
  }

  findFault(body: Anthropic.MessageCreateParams): string | undefined {
    const prefix = new Prefix(body);
    for (const [i, message] of body.messages.entries()) {
      for (const [j, block] of blocksOf(message).entries()) {
        const fault = this.#faultIn(block, prefix.hash);
        if (fault) return `messages.${i}.content.${j}: ${fault}`;
        prefix.add(block);
      }
    }
    return undefined;
  }

  #faultIn(block: Block, prefix: string): string | undefined {
    const key = keyOf(block);
    if (key === undefined) return undefined;
    const known = this.#sent.get(key);
    const changed = known ? known.text !== textOf(block) : block.type === 'thinking' && !isSigned(block.thinking, key);
    if (changed) {
      return '`thinking` or `redacted_thinking` blocks cannot be modified. These blocks must remain as they were in the original response.';
    }
    if (!this.#preserved || known?.prefix === prefix) return undefined;
    return 'Invalid `signature` in `thinking` block. The block is bound to a different conversation. Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` to "drop_block".';
  }
}

/** What stands before a block. Where messages begin and markers for the cache do not count. */
class Prefix {
  hash: string;

  constructor({ system, tools }: Anthropic.MessageCreateParams) {
    this.hash = digest('', { system, tools });
  }

  add(block: Block): void {
    this.hash = digest(this.hash, block);
  }
}

function digest(before: string, value: object): string {
  const json = JSON.stringify(value, (key, inner: unknown) => (key === 'cache_control' ? undefined : inner));
  return createHash('sha256').update(before).update(json).digest('base64');
}

/** Blank text does not come back, and arguments that are no object come back empty. */
function asSentBack(block: SentBlock): Block[] {
  if (block.type === 'text') return block.text.trim() === '' ? [] : [block];
  if (block.type !== 'tool_use') return [block];
  const { type, id, name, json } = block;
  return [{ type, id, name, input: parse(json) }];
}

function parse(json: string): object {
  try {
    const input: unknown = JSON.parse(json);
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? input : {};
  } catch {
    return {};
  }
}

function keyOf(block: Block): string | undefined {
  if (block.type === 'thinking') return block.signature;
  return block.type === 'redacted_thinking' ? block.data : undefined;
}

const textOf = (block: Block): string => (block.type === 'thinking' ? block.thinking : '');
