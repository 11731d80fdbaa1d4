// GraphQL says with 200 what REST says with a status.
import * as z from 'zod';
import { reveal } from '../../untrusted/index.js';
import { GitLabError } from '../client/errors.js';

export const graphqlAnswer = z.object({
  data: z.unknown(),
  errors: z.array(z.looseObject({ message: z.string() })).nullish(),
});

export function graphqlError(messages: readonly string[]): GitLabError {
  const said = JSON.stringify(reveal(messages.join('; ')).slice(0, 500));
  if (/not exist|couldn't find|not found|don't have permission/i.test(said)) {
    const remedy = 'Check the number or name, and whether the token may see it.';
    return new GitLabError(404, 'not-found', `GitLab says: ${said}.`, remedy);
  }
  return new GitLabError(400, 'invalid', `GitLab refused: ${said}.`, 'Correct the arguments that it names.');
}
