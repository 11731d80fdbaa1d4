// A model as the loop asks it, with everything that happened on the way.
import type Anthropic from '@anthropic-ai/sdk';
import { onTestFinished } from 'vitest';
import { createModel, type Model, type ModelReply, type ModelSettings } from '../../agent/src/model/index.js';
import { type MessagesApi, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';

export const look: Anthropic.Tool = { name: 'look', input_schema: { type: 'object' } };
export const hello: Anthropic.MessageParam[] = [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }];

export interface Asked {
  reply: ModelReply;
  text: string;
  thoughts: string;
  retries: { why: string; delayMs: number }[];
}

export type Question = Partial<Parameters<Model['query']>[0]>;

export async function ask(model: Model, question: Question = {}): Promise<Asked> {
  const asked = { text: '', thoughts: '', retries: [] as Asked['retries'] };
  const reply = await model.query({
    system: 'Be good.',
    tools: [look],
    messages: hello,
    signal: new AbortController().signal,
    onText: (delta) => {
      asked.text += delta;
    },
    onThinking: (delta) => {
      asked.thoughts += delta;
    },
    onRetry: (why, delayMs) => {
      asked.text = '';
      asked.retries.push({ why, delayMs });
    },
    ...question,
  });
  return { reply, ...asked };
}

export async function playing(
  script: readonly Turn[],
  settings: Partial<ModelSettings> = {},
  options: Parameters<typeof startMessagesApi>[1] = {},
): Promise<{ api: MessagesApi; model: Model }> {
  const api = await startMessagesApi(script, options);
  onTestFinished(() => api.close());
  const env = { ANTHROPIC_API_KEY: 'any', ANTHROPIC_BASE_URL: api.url };
  return { api, model: await createModel({ env, backoffMs: 1, ...settings }) };
}
