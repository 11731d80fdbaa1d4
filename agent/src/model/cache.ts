// Where prompt caching begins and ends. The API allows four markers: one each goes on the tools and the system prompt,
// which never change, and two on the latest messages of the user's side, so that each request finds what the one
// before it wrote.
import type Anthropic from '@anthropic-ai/sdk';

const cache_control = { type: 'ephemeral' } as const;

/** A definition that is held back is not part of the prompt, and cannot carry a marker. */
export function markTools(tools: readonly Anthropic.Tool[]): Anthropic.Tool[] {
  const last = tools.findLastIndex((tool) => !tool.defer_loading);
  return tools.map((tool, i) => (i === last ? { ...tool, cache_control } : tool));
}

export function markSystem(system: string | readonly string[]): Anthropic.TextBlockParam[] {
  const blocks = [system].flat().filter((text) => text.trim() !== '');
  return blocks.map((text, i) => ({ type: 'text', text, ...(i === blocks.length - 1 && { cache_control }) }));
}

export function markMessages(messages: readonly Anthropic.MessageParam[]): Anthropic.MessageParam[] {
  const latest = messages.flatMap(({ role }, i) => (role === 'user' ? [i] : [])).slice(-2);
  return messages.map((message, i) => (latest.includes(i) ? markLastBlock(message) : message));
}

/** A user's blocks are texts, images and tool results: all of them can carry a marker. */
function markLastBlock(message: Anthropic.MessageParam): Anthropic.MessageParam {
  const { content } = message;
  const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
  const last = blocks.at(-1);
  if (!last) return message;
  const marked = { ...last, cache_control } as Anthropic.ContentBlockParam;
  return { ...message, content: [...blocks.slice(0, -1), marked] } as Anthropic.MessageParam;
}
