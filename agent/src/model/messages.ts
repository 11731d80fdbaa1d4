// A Model behind any of the SDKs: all of them offer the Messages API.
import { setTimeout as sleep } from 'node:timers/promises';
import type Anthropic from '@anthropic-ai/sdk';
import type { ClientOptions } from '@anthropic-ai/sdk';
import { abilitiesOf } from './abilities.js';
import { markMessages, markSystem, markTools } from './cache.js';
import { lacksCredentials } from './credentials.js';
import { asAgentError, type Remedies, reason } from './failure.js';
import { fetchWithIdleLimit } from './idle.js';
import { readReply } from './reply.js';
import { retryDelay } from './retry.js';
import { StaleThinking } from './stale-thinking.js';
import { type Thinking, thinkingParam } from './thinking.js';
import { ToolsOnDemand } from './tools-on-demand.js';
import type { Model, ModelReply, ModelRequest } from './types.js';
import type { Prompt } from './workaround.js';

/** Room for a file of about 100 kB in one call. */
const maxTokens = 32_000;
const attempts = 8;
/** Of waiting between attempts, in all. */
const longestWaitMs = 10 * 60_000;

export interface Tuning {
  /** Default: as the model does by itself. */
  thinking?: Thinking | undefined;
  /** First wait between attempts where the server asks for none, in milliseconds; doubles each time. Default: 500. */
  backoffMs?: number | undefined;
  /** An answer that sends nothing for so long is taken as cut, in milliseconds. Default: 90 seconds. */
  idleMs?: number | undefined;
}

export interface Service extends Tuning {
  /** As this provider calls it. */
  model: string;
  remedies: Remedies;
  /** Called before the first request, and again once credentials were missing. */
  connect(options: ClientOptions): { messages: Pick<Anthropic.Messages, 'create'> };
}

/** Retries what passes by itself; an answer that broke off is asked for again as a whole. Throws AgentError `usage`. */
export function messagesModel({ model, remedies, connect, ...tuning }: Service): Model {
  const { backoffMs = 500, idleMs = 90_000 } = tuning;
  const max_tokens = Math.min(maxTokens, abilitiesOf(model)?.output ?? maxTokens);
  const thinking = thinkingParam(model, tuning.thinking, max_tokens);
  const workarounds = [new StaleThinking(), new ToolsOnDemand()];
  const options: ClientOptions = {
    // Retries are ours, because a stream cut in the middle needs them too and the user should see them.
    maxRetries: 0,
    // Until the first byte; a long prompt takes its time.
    timeout: 2 * idleMs,
    fetch: fetchWithIdleLimit(idleMs),
    // What the other side sends does not go to the terminal unseen to.
    logLevel: process.env['ANTHROPIC_LOG'] ? undefined : 'off',
  };
  let client: ReturnType<Service['connect']> | undefined;

  async function ask(request: ModelRequest): Promise<ModelReply> {
    client ??= connect(options);
    const { tools, messages } = workarounds.reduce<Prompt>((prompt, workaround) => workaround.apply(prompt), request);
    const stream = await client.messages.create(
      {
        model,
        max_tokens,
        stream: true,
        ...(thinking && { thinking }),
        system: markSystem(request.system),
        tools: markTools(tools),
        messages: markMessages(messages),
      },
      { signal: request.signal },
    );
    return readReply(stream, request);
  }

  return {
    name: model,
    async query(request) {
      let waited = 0;
      for (let attempt = 1; ; attempt++) {
        request.signal.throwIfAborted();
        try {
          return await ask(request);
        } catch (error) {
          request.signal.throwIfAborted();
          if (lacksCredentials(error)) client = undefined;
          const learned = workarounds.some((workaround) => workaround.learn(error, request));
          const delay = learned ? 0 : retryDelay(error, attempt, backoffMs);
          if (delay === undefined || attempt === attempts || waited + delay > longestWaitMs) {
            throw asAgentError(error, remedies);
          }
          waited += delay;
          request.onRetry(reason(error), delay);
          await sleep(delay, undefined, { signal: request.signal }).catch(() => request.signal.throwIfAborted());
        }
      }
    },
  };
}
