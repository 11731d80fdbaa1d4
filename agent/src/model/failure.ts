// What a failed request means for the user.
import { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { AgentError, type AgentErrorCode } from '../errors.js';
import { lacksCredentials } from './credentials.js';

/** What to do where a provider is set up differently from the others, as sentences. */
export interface Remedies {
  credentials: string;
  address: string;
  model: string;
}

const longestReason = 500;

export function asAgentError(error: unknown, remedies: Remedies): AgentError {
  const [code, remedy] = classify(error, remedies);
  return new AgentError(code, `The model cannot be asked: ${reason(error)}`, remedy, { cause: error });
}

function classify(error: unknown, { credentials, address, model }: Remedies): [AgentErrorCode, string] {
  if (lacksCredentials(error)) return ['no-key', credentials];
  if (error instanceof APIConnectionError) {
    return ['model-unreachable', `Check the network and ${address}, then resume the session.`];
  }
  const status = error instanceof APIError ? error.status : undefined;
  if (isContextFull(error, status)) return ['model-context-full', 'Compact the conversation, or start a new session.'];
  if (status === 401 || status === 403) return ['no-key', credentials];
  if (status === 404 || namesModel(error, status)) return ['model-refused-request', model];
  const refused = status !== undefined && status < 500;
  return [refused ? 'model-refused-request' : 'model-protocol', 'Resume the session later.'];
}

/**
 * The API: "prompt is too long: 208310 tokens > 200000 maximum", "input length and `max_tokens` exceed context limit",
 * 413 above 32 MB. Bedrock: "Input is too long for requested model".
 */
function isContextFull(error: unknown, status: number | undefined): boolean {
  if (status === 413) return true;
  const aboutLength = /(prompt|input) is too long|exceeds? (the )?(maximum )?context (limit|window|length)/i;
  return (status === 400 || status === undefined) && error instanceof APIError && aboutLength.test(reason(error));
}

/** Bedrock answers 400 to the name of a model that it does not know, or not by that name. */
function namesModel(error: unknown, status: number | undefined): boolean {
  return status === 400 && /model identifier|model ID|inference profile/i.test(reason(error));
}

/** One line, whatever the other side sent. */
export function reason(error: unknown): string {
  const text = error instanceof APIError ? reasonOfApi(error) : (error as Error).message;
  return text.replace(/\s+/g, ' ').trim().slice(0, longestReason);
}

function reasonOfApi(error: APIError): string {
  const body = error.error as { error?: { message?: unknown }; message?: unknown } | undefined;
  const said = [body?.error?.message, body?.message].find((text) => typeof text === 'string') ?? error.message;
  const cause = error instanceof APIConnectionError ? rootCause(error) : undefined;
  return `${error.status === undefined ? '' : `HTTP ${error.status}: `}${said}${cause ? ` (${cause})` : ''}`;
}

/** "fetch failed" says little, "connect ECONNREFUSED 127.0.0.1:8080" says it all. */
function rootCause(error: Error): string | undefined {
  let cause = error.cause;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  return cause instanceof Error ? cause.message : undefined;
}
