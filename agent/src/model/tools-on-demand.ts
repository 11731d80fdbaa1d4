// Not every model and gateway loads definitions by reference; and a tool that was referred to may be gone when the
// session is resumed.
import type Anthropic from '@anthropic-ai/sdk';
import { blocksOf, type Prompt, refusedFor, type Workaround } from './workaround.js';

export class ToolsOnDemand implements Workaround {
  #refused = false;

  learn(error: unknown, { tools }: Prompt): boolean {
    const holdsBack = tools.some((tool) => tool.defer_loading);
    if (this.#refused || !holdsBack || !refusedFor(error, /defer_loading|tool[ _]reference/i)) return false;
    this.#refused = true;
    return true;
  }

  apply({ tools, messages }: Prompt): Prompt {
    const referable = new Set(this.#refused ? [] : tools.map(({ name }) => name));
    return {
      tools: this.#refused ? tools.map(({ defer_loading: _, ...tool }) => tool) : tools,
      messages: messages.map((message) => sayReferences(message, referable)),
    };
  }
}

/** In words, where the API could not follow them. */
function sayReferences(message: Anthropic.MessageParam, referable: ReadonlySet<string>): Anthropic.MessageParam {
  const refers = (block: Anthropic.ContentBlockParam): block is Anthropic.ToolResultBlockParam =>
    block.type === 'tool_result' &&
    Array.isArray(block.content) &&
    block.content.some((part) => part.type === 'tool_reference' && !referable.has(part.tool_name));
  if (message.role !== 'user' || !blocksOf(message).some(refers)) return message;
  const content = blocksOf(message).map((block) => (refers(block) ? inWords(block, referable) : block));
  return { ...message, content };
}

function inWords(
  result: Anthropic.ToolResultBlockParam,
  referable: ReadonlySet<string>,
): Anthropic.ToolResultBlockParam {
  const parts = Array.isArray(result.content) ? result.content : [];
  return {
    ...result,
    content: parts.map((part) =>
      part.type === 'tool_reference' && !referable.has(part.tool_name)
        ? { type: 'text', text: `The tool ${part.tool_name}.` }
        : part,
    ),
  };
}
