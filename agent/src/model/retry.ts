// Which failures of the API pass by themselves, and how long to wait for that.
import { APIConnectionError, APIError, APIUserAbortError } from '@anthropic-ai/sdk';
import { lacksCredentials } from './credentials.js';
import { StreamCut } from './reply.js';

/** A server that asks for more is reported instead of waited for. */
const longestWaitMs = 5 * 60_000;
const longestBackoffMs = 16_000;

/** Types of errors in the middle of a stream, which have no status: the API's own, and Bedrock's exceptions. */
const passing = new Set([
  'overloaded_error',
  'api_error',
  'rate_limit_error',
  'timeout_error',
  'throttlingException',
  'serviceUnavailableException',
  'internalServerException',
  'modelStreamErrorException',
  'modelTimeoutException',
]);

/** Milliseconds to wait before the next attempt, undefined when another attempt would be in vain. */
export function retryDelay(error: unknown, attempt: number, backoffMs: number): number | undefined {
  if (!isPassing(error)) return undefined;
  const asked = error instanceof APIError ? askedFor(error.headers) : undefined;
  if (asked !== undefined) return asked <= longestWaitMs ? asked : undefined;
  // Up to a quarter less, so that clients that failed together do not come back together.
  return Math.min(backoffMs * 2 ** (attempt - 1), longestBackoffMs) * (1 - Math.random() / 4);
}

function isPassing(error: unknown): boolean {
  if (error instanceof StreamCut) return true;
  if (error instanceof APIUserAbortError || !(error instanceof APIError)) return false;
  if (error instanceof APIConnectionError) return !lacksCredentials(error);
  const verdict = error.headers?.get('x-should-retry');
  if (error.status !== undefined && (verdict === 'true' || verdict === 'false')) return verdict === 'true';
  if (error.status === undefined) return passing.has(error.type ?? '');
  return error.status === 408 || error.status === 409 || error.status === 429 || error.status >= 500;
}

/** RFC 9110, 10.2.3: seconds or a date; `retry-after-ms` is the API's own finer form. */
function askedFor(headers: Headers | undefined): number | undefined {
  const ms = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (ms >= 0) return ms;
  const after = headers?.get('retry-after') ?? '';
  const seconds = Number(after || Number.NaN);
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(after) - Date.now();
  return date >= 0 ? date : undefined;
}
