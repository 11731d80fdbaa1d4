// How a run ended, as the answer to its prompts.
import { type PromptResponse, RequestError, type StopReason } from '@agentclientprotocol/sdk';
import type { Outcome } from '../loop/index.js';
import { metaKeys } from './extension.js';

const stopReasons: Record<Exclude<Outcome['reason'], 'failed' | 'limit'>, StopReason> = {
  done: 'end_turn',
  interrupted: 'cancelled',
  refused: 'refusal',
  // Its own requests led nowhere: of ACP's reasons, the one that does not claim success.
  stuck: 'max_turn_requests',
};

/** `prompt` is the number of the last prompt that it answers. Throws RequestError for a run that failed: editors show it and offer to try again. */
export function toPromptResponse(outcome: Outcome, prompt: number): PromptResponse {
  const { reason, message } = outcome;
  const meta = { [metaKeys.outcome]: outcome, [metaKeys.prompt]: prompt };
  if (reason === 'failed') {
    throw new RequestError(-32603, message, { [metaKeys.error]: { code: 'run-failed' }, ...meta });
  }
  return { stopReason: reason === 'limit' ? limitReason(message) : stopReasons[reason], _meta: meta };
}

/** The loop says which limit it was in its message. */
function limitReason(message: string): StopReason {
  return /\btokens\b|context window/.test(message) ? 'max_tokens' : 'max_turn_requests';
}
