// The rules of the Messages API that a client can break, checked in the order in which it reports them.
import type Anthropic from '@anthropic-ai/sdk';
import type { ThinkingMemory } from '../thinking-memory.js';
import { faultInCacheMarkers } from './cache-markers.js';
import { faultInMessages } from './messages.js';
import { faultInSettings } from './settings.js';
import { faultInTools } from './tools.js';

export interface KnownToApi {
  thinking: ThinkingMemory;
  /** An answer paused: the client may go on in the middle of the model's turn. */
  paused: boolean;
}

/** Why the API would refuse the request, undefined when it would not. */
export function findFault(body: Anthropic.MessageCreateParams, { thinking, paused }: KnownToApi): string | undefined {
  return (
    faultInSettings(body) ??
    faultInTools(body) ??
    faultInMessages(body, paused) ??
    faultInCacheMarkers(body) ??
    thinking.findFault(body)
  );
}
