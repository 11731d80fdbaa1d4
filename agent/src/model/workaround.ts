// What an API does not take is learned from its refusal, and then left out of every request.
import type Anthropic from '@anthropic-ai/sdk';
import { APIError } from '@anthropic-ai/sdk';
import type { ModelRequest } from './types.js';

export type Prompt = Pick<ModelRequest, 'tools' | 'messages'>;

export interface Workaround {
  /** True when the error is what this is for and the prompt, sent again, will be another one. */
  learn(error: unknown, prompt: Prompt): boolean;
  /** The prompt as the API takes it. */
  apply(prompt: Prompt): Prompt;
}

export function refusedFor(error: unknown, cause: RegExp): boolean {
  return error instanceof APIError && error.status === 400 && cause.test(error.message);
}

export function blocksOf({ content }: Anthropic.MessageParam): Anthropic.ContentBlockParam[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}
