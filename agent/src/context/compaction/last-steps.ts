// The end of a conversation in a few lines: what the model said, called and was told.
import type Anthropic from '@anthropic-ai/sdk';
import type { Conversation } from '../../session/index.js';
import { shorten } from './shorten.js';

const steps = 4;
const maxText = 1_500;
const maxInput = 300;
const maxResult = 700;

export function lastSteps(messages: Conversation['messages']): string {
  const answers = messages.flatMap(({ role }, i) => (role === 'assistant' ? [i] : []));
  const start = answers.at(-steps) ?? answers[0];
  if (start === undefined) return '(none)';
  return messages
    .slice(start)
    .flatMap(({ role, content }) => content.flatMap((block) => describe(role, block)))
    .join('\n');
}

function describe(role: 'user' | 'assistant', block: Anthropic.ContentBlockParam): string[] {
  // What the user said stands elsewhere.
  if (block.type === 'text' && role === 'assistant') return [`You: ${shorten(block.text, maxText)}`];
  if (block.type === 'tool_use')
    return [`Call ${block.id}: ${block.name} ${shorten(JSON.stringify(block.input), maxInput)}`];
  if (block.type === 'tool_result') return [`Result of ${block.tool_use_id}: ${shorten(textOf(block), maxResult)}`];
  return [];
}

function textOf({ content = [] }: Anthropic.ToolResultBlockParam): string {
  if (typeof content === 'string') return content;
  return content.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n');
}
