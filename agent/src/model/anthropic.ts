// Anthropic's own API, and whatever speaks like it.
import Anthropic from '@anthropic-ai/sdk';
import { messagesModel, type Tuning } from './messages.js';
import { defaultModel } from './provider.js';
import type { Model } from './types.js';

export interface AnthropicOptions extends Tuning {
  /** One of the two. */
  apiKey?: string | undefined;
  /** Sent as a bearer token: what gateways ask for. */
  authToken?: string | undefined;
  /** Default: Anthropic's own. */
  baseURL?: string | undefined;
  model?: string | undefined;
}

export function anthropicModel({ apiKey, authToken, baseURL, model, ...tuning }: AnthropicOptions): Model {
  // An address that is given, so that neither the environment nor a profile of the SDK supplies another.
  const address = baseURL || 'https://api.anthropic.com';
  const credential = authToken ? { authToken, apiKey: null } : { apiKey: apiKey ?? null, authToken: null };
  const name = model ?? defaultModel;
  return messagesModel({
    ...tuning,
    model: name,
    remedies: {
      credentials: `Check ${authToken ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY'}.`,
      address: 'ANTHROPIC_BASE_URL',
      model: `Check that the model ${name} exists and that the key may use it (--model).`,
    },
    connect: (options) => new Anthropic({ ...options, ...credential, baseURL: address }),
  });
}
