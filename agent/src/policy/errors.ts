import { AgentError } from '../errors.js';

/** `where` is a file, or a file and a line. */
export function policyError(where: string, why: string, remedy: string, cause?: unknown): AgentError {
  return new AgentError('policy', `The policy ${where} cannot be used: ${why}`, remedy, { cause });
}

export const correctIt = 'Correct it: without it nothing is started. docs/policy.md describes the file.';
