// Tells credentials that are missing from a network that is: the clouds' SDKs report both as a failed connection.
import { APIConnectionError } from '@anthropic-ai/sdk';

/** True where another attempt finds no credentials either. */
export function lacksCredentials(error: unknown): boolean {
  if (!(error instanceof APIConnectionError) || !/credentials/i.test(error.message)) return false;
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'CredentialsProviderError') return true;
    if (/default credentials|invalid_grant|does not exist|no such file/i.test(cause.message)) return true;
  }
  return false;
}
