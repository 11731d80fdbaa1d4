// Which old results can go.
import type { Conversation } from '../../session/index.js';
import { estimateBlocks } from './estimate.js';

/** Small, and what they say holds on: the plan, how to do things, and definitions that later calls rest on. */
const lasting = new Set(['update_plan', 'load_skill', 'find_tools']);

/** Tokens below which a result is not worth the note that would stand in its place. */
const bulky = 250;

export interface Clearing {
  ids: string[];
  /** Tokens, an estimate. */
  freed: number;
}

/** The oldest results that together free `wanted` tokens, or all there are; none of the calls in the last `turns` answers. */
export function clearable({ messages }: Conversation, wanted: number, turns: number): Clearing {
  const names = new Map<string, string>();
  const answers = messages.filter(({ role }) => role === 'assistant');
  for (const { content } of answers.slice(0, Math.max(0, answers.length - turns))) {
    for (const block of content) if (block.type === 'tool_use') names.set(block.id, block.name);
  }
  const clearing: Clearing = { ids: [], freed: 0 };
  for (const block of messages.flatMap(({ content }) => content)) {
    if (clearing.freed >= wanted) break;
    if (block.type !== 'tool_result') continue;
    const name = names.get(block.tool_use_id);
    const tokens = estimateBlocks([block]);
    if (name === undefined || lasting.has(name) || tokens < bulky) continue;
    clearing.ids.push(block.tool_use_id);
    clearing.freed += tokens;
  }
  return clearing;
}
