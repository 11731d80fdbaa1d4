// POST /api/graphql
import * as z from 'zod';
import { ApiError, status } from '../http/reply.js';
import { type Route, rootRoute } from '../http/route.js';
import { answer } from './execute.js';

const params = z.object({
  query: z.string().optional(),
  variables: z.union([z.record(z.string(), z.unknown()), z.string()]).optional(),
  operationName: z.string().optional(),
});

/** A token that is not (or no longer) good: GraphQL has a body of its own for it. */
const invalidToken = (code = 401): ApiError => new ApiError(code, { errors: [{ message: 'Invalid token' }] });

export const graphql: Route[] = [
  rootRoute(
    'POST',
    '/api/graphql',
    { authenticated: false, scopes: 'any', params, refusal: ({ status: code }) => invalidToken(code) },
    async (context) => {
      const { world, instance, user, token, params } = context;
      const { query, variables, operationName } = params;
      const has = (...scopes: string[]) => scopes.some((scope) => token?.scopes.includes(scope));
      if (token && !has('api', 'read_api', 'ai_workflows')) throw invalidToken();
      const request = { query, variables: readVariables(variables), operationName };
      const mayWrite = has('api', 'ai_workflows');
      return status(200, await answer(request, { world, instance, user, mayWrite, request: context }));
    },
  ),
];

/** An object, or one as JSON text. */
function readVariables(given: Record<string, unknown> | string = {}): Record<string, unknown> {
  if (typeof given !== 'string') return given;
  if (given === '') return {};
  try {
    return JSON.parse(given) as Record<string, unknown>;
  } catch (error) {
    throw new ApiError(422, { errors: [{ message: (error as Error).message }] });
  }
}
