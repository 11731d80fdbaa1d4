// Failures as JSON-RPC errors: the message says what was wrong and what to do.
import { RequestError } from '@agentclientprotocol/sdk';
import { explain, isExpected } from '../errors.js';
import { metaKeys } from './extension.js';

/** By the failure's own code. `-32002` is what ACP answers for an unknown session, `-32000` where logging in would help. */
const codes: Record<string, number> = { usage: -32602, 'no-key': -32000, 'session-not-found': -32002 };
const internalError = -32603;

/** `sessionId` is the session that the request was about. */
function toRequestError(error: unknown, sessionId?: string): RequestError {
  if (error instanceof RequestError) return error;
  reportFault(error);
  const { code = 'fault', remedy } = error as { code?: string; remedy?: string };
  const data = {
    ...(code === 'session-not-found' && sessionId !== undefined && { sessionId }),
    [metaKeys.error]: { code, ...(remedy !== undefined && { remedy }) },
  };
  return new RequestError(codes[code] ?? internalError, explain(error), data);
}

/** Faults of the program are for those who mend them: their place is told on stderr. Other failures are told where they matter. */
export function reportFault(error: unknown): void {
  if (isExpected(error)) return;
  process.stderr.write(`cofferdam: ${(error as Error).stack ?? String(error)}\n`);
}

/** What the work answers, or its failure as a JSON-RPC error. */
export async function answered<Result>(
  sessionId: string | undefined,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toRequestError(error, sessionId);
  }
}
