// The type that epics have among work items; its id differs between instances and groups.
import { z } from 'zod';
import type { Place } from '../../client/endpoint.js';
import { GitLabError } from '../../client/errors.js';
import type { Call } from '../../toolkit/call.js';
import { pathOf } from './path.js';

const query = `query epicType($path: ID!) {
  namespace(fullPath: $path) { workItemTypes(name: EPIC, onlyAvailable: true) { nodes { id } } }
}`;

const answer = z.object({
  namespace: z.object({ workItemTypes: z.object({ nodes: z.array(z.object({ id: z.string() })) }) }).nullable(),
});

type Asker = Call<'POST /graphql' | 'GET /groups/:id'>;

/** Undefined where the group is not there for the token, or nobody answers by GraphQL. */
export async function hasEpics(call: Asker, group: Place): Promise<boolean | undefined> {
  try {
    const nodes = await typesOf(call, group);
    return nodes && nodes.length > 0;
  } catch (error) {
    if (error instanceof GitLabError) return undefined;
    throw error;
  }
}

/** Throws GitLabError `not-found`. */
export async function epicTypeId(call: Asker, group: Place): Promise<string> {
  const [type] = (await typesOf(call, group)) ?? [];
  if (type) return type.id;
  const message = `In the group ${group.id} there are no epics, or the token may not see it.`;
  throw new GitLabError(404, 'not-found', message, 'Check the group.');
}

async function typesOf(call: Asker, group: Place) {
  const variables = { path: await pathOf(call, group) };
  return (await call.graphql({ query, variables, place: group }, answer)).namespace?.workItemTypes.nodes;
}
