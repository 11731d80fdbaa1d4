import type Anthropic from '@anthropic-ai/sdk';
import { blocksOf } from '../blocks.js';

const mostMarkers = 4;

export function faultInCacheMarkers({
  tools = [],
  system,
  messages,
}: Anthropic.MessageCreateParams): string | undefined {
  const blocks = messages.flatMap(blocksOf);
  const inResults = blocks.flatMap((block) =>
    block.type === 'tool_result' && Array.isArray(block.content) ? block.content : [],
  );
  const marked = [...tools, ...(Array.isArray(system) ? system : []), ...blocks, ...inResults].filter(
    (block) => 'cache_control' in block && block.cache_control,
  );
  for (const block of marked as readonly { type?: string | null; text?: string }[]) {
    if (block.type === 'thinking' || block.type === 'redacted_thinking') {
      return 'cache_control cannot be set for thinking blocks';
    }
    if (block.type === 'text' && block.text === '') return 'cache_control cannot be set for empty text blocks';
  }
  if (marked.length <= mostMarkers) return undefined;
  return `A maximum of ${mostMarkers} blocks with cache_control may be provided. Found ${marked.length}.`;
}
