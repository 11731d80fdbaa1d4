import { GitLabError } from '../client/errors.js';

/**
 * Undefined where GitLab refuses a part of what was asked for. The caller has read the same thing otherwise: it is the
 * instance that has no such part without a paid plan, the user who may not see the code, or the scope of the token that
 * does not cover it (ai_workflows and approvals).
 */
export async function whereOffered<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GitLabError && (error.status === 403 || error.status === 404)) return undefined;
    throw error;
  }
}
