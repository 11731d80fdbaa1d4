import type Anthropic from '@anthropic-ai/sdk';

export type Blocks = readonly Anthropic.ContentBlockParam[];

/** A string is short for one text. */
export function blocksOf(message: Anthropic.MessageParam | undefined): Blocks {
  const content = message?.content ?? [];
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}
