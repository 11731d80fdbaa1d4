// Whose turn it is, and that every call is followed by its result.
import type Anthropic from '@anthropic-ai/sdk';
import { type Blocks, blocksOf } from '../blocks.js';
import { faultInBlock } from './blocks.js';

const mostImages = 100;

export function faultInMessages(
  { messages, tools = [], thinking }: Anthropic.MessageCreateParams,
  mayGoOn: boolean,
): string | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return 'messages: at least one message is required';
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  const seen = { callIds: new Set<string>(), tools: new Set(tools.map((tool) => ('name' in tool ? tool.name : ''))) };
  for (const [i, message] of messages.entries()) {
    if (i > 0 && message.role === messages[i - 1]?.role) {
      return `messages.${i}: roles must alternate between "user" and "assistant"`;
    }
    const blocks = blocksOf(message);
    const fault =
      faultInResults(blocks, i > 0 ? blocksOf(messages[i - 1]) : []) ??
      first(blocks, (block, at) => {
        const found = faultInBlock(message.role, block, seen);
        return found && `content.${at}.${found}`;
      });
    if (fault) return `messages.${i}.${fault}`;
  }
  if (messages.flatMap(imagesIn).length > mostImages) return `Too many images: at most ${mostImages} in one request.`;
  return faultAtEnd(messages, mayGoOn) ?? faultInThinking(messages, thinking);
}

function faultInResults(content: Blocks, previous: Blocks): string | undefined {
  if (content.length === 0) return 'content: must be non-empty';
  const asked = previous.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  const answered = content.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
  const missing = asked.filter((id) => !answered.includes(id));
  if (missing.length > 0) {
    return `content: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}`;
  }
  const unasked = answered.filter((id) => !asked.includes(id));
  if (unasked.length > 0) {
    return `content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unasked.join(', ')}`;
  }
  if (new Set(answered).size < answered.length) return 'content: each tool_use must have a single result';
  const late = content.slice(0, answered.length).some((block) => block.type !== 'tool_result');
  return late ? 'content: `tool_result` blocks must come first' : undefined;
}

function faultAtEnd(messages: readonly Anthropic.MessageParam[], mayGoOn: boolean): string | undefined {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return undefined;
  if (blocksOf(last).some((block) => block.type === 'tool_use')) {
    return `messages.${messages.length - 1}: \`tool_use\` ids were found without \`tool_result\` blocks`;
  }
  if (mayGoOn) return undefined;
  return 'This model does not support assistant message prefill. The conversation must end with a user message.';
}

/** While the model thinks on a budget, the turn that it is in must begin with its thinking. */
function faultInThinking(
  messages: readonly Anthropic.MessageParam[],
  thinking: Anthropic.ThinkingConfigParam | undefined,
): string | undefined {
  if (thinking?.type !== 'enabled') return undefined;
  const at = messages.findLastIndex(({ role }) => role === 'assistant');
  const blocks = blocksOf(messages[at]);
  if (!blocks.some(({ type }) => type === 'tool_use')) return undefined;
  const begins = blocks[0]?.type;
  if (begins === 'thinking' || begins === 'redacted_thinking') return undefined;
  return `messages.${at}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${begins}\`.`;
}

function imagesIn(message: Anthropic.MessageParam): unknown[] {
  return blocksOf(message).flatMap((block) => {
    if (block.type === 'image') return [block];
    return block.type === 'tool_result' && Array.isArray(block.content)
      ? block.content.filter(({ type }) => type === 'image')
      : [];
  });
}

function first(blocks: Blocks, find: (block: Blocks[number], i: number) => string | undefined): string | undefined {
  for (const [i, block] of blocks.entries()) {
    const found = find(block, i);
    if (found) return found;
  }
  return undefined;
}
