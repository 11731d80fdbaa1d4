// The Messages API as a Model.
import { setTimeout as sleep } from 'node:timers/promises';
import Anthropic, { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { AgentError } from '../errors.js';
import { markMessages, markSystem, markTools } from './cache.js';
import { readReply } from './reply.js';
import { retryDelay } from './retry.js';
import type { Model, ModelReply, ModelRequest } from './types.js';

export const defaultModel = 'claude-sonnet-5';

/** Room for a file of about 100 kB in one call. */
const maxTokens = 32_000;
const attempts = 8;

export interface AnthropicOptions {
  apiKey: string;
  /** Default: Anthropic's own. */
  baseURL?: string | undefined;
  model?: string | undefined;
  /** First wait between attempts where the server asks for none, in milliseconds; doubles each time. Default: 500. */
  backoffMs?: number;
}

/** Retries what passes by itself; an answer that broke off is asked for again as a whole. */
export function anthropicModel({ apiKey, baseURL, model = defaultModel, backoffMs = 500 }: AnthropicOptions): Model {
  // Retries are ours, because a stream cut in the middle needs them too and the user should see them.
  const client = new Anthropic({ apiKey, ...(baseURL && { baseURL }), maxRetries: 0 });

  async function ask(request: ModelRequest): Promise<ModelReply> {
    const stream = await client.messages.create(
      {
        model,
        max_tokens: maxTokens,
        stream: true,
        system: markSystem(request.system),
        tools: markTools(request.tools),
        messages: markMessages(request.messages),
      },
      { signal: request.signal },
    );
    return readReply(stream, request);
  }

  return {
    name: model,
    async query(request) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await ask(request);
        } catch (error) {
          request.signal.throwIfAborted();
          const delay = attempt < attempts ? retryDelay(error, attempt, backoffMs) : undefined;
          if (delay === undefined) throw asAgentError(error, model);
          request.onRetry(reason(error), delay);
          await sleep(delay, undefined, { signal: request.signal }).catch(() => request.signal.throwIfAborted());
        }
      }
    },
  };
}

function asAgentError(error: unknown, model: string): AgentError {
  const unreachable = error instanceof APIConnectionError;
  const status = error instanceof APIError ? error.status : undefined;
  const remedy = unreachable
    ? 'Check the network and ANTHROPIC_BASE_URL, then resume the session.'
    : status === 401 || status === 403
      ? 'Check ANTHROPIC_API_KEY.'
      : status === 404
        ? `Check that the model ${model} exists and that the key may use it (--model).`
        : 'Resume the session later.';
  const refused = status !== undefined && status < 500;
  const code = refused ? 'model-refused-request' : unreachable ? 'model-unreachable' : 'model-protocol';
  return new AgentError(code, `The model cannot be asked: ${reason(error)}`, remedy, { cause: error });
}

function reason(error: unknown): string {
  if (!(error instanceof APIError)) return (error as Error).message;
  const body = error.error as { error?: { message?: string } } | undefined;
  const said = body?.error?.message ?? error.message;
  return `${error.status === undefined ? '' : `HTTP ${error.status}: `}${said}`;
}
