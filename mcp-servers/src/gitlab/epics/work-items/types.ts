// The type that epics have among work items; its id differs between instances and groups.
import * as z from 'zod';
import type { Place } from '../../client/endpoint.js';
import { GitLabError } from '../../client/errors.js';
import { pathOf } from './path.js';
import type { Asker } from './work-items.js';

const typeQuery = (filter: string) => `query epicType($path: ID!) {
  namespace(fullPath: $path) { workItemTypes(name: EPIC${filter}) { nodes { id } } }
}`;
/** Every type that GitLab knows, whether or not the group's plan has it. */
const known = typeQuery('');
const available = typeQuery(', onlyAvailable: true');

const answer = z.object({
  namespace: z
    .object({ workItemTypes: z.object({ nodes: z.array(z.object({ id: z.string() })) }).nullish() })
    .nullable(),
});

/** Undefined where the group is not there for the token, or nobody answers by GraphQL. */
export async function hasEpics(call: Asker, group: Place): Promise<boolean | undefined> {
  try {
    // Older versions understand the plain question only.
    const types = await typesOf(call, group, available).catch((error) => {
      if (error instanceof GitLabError && error.code === 'invalid') return typesOf(call, group, known);
      throw error;
    });
    return types && types.length > 0;
  } catch (error) {
    if (error instanceof GitLabError) return undefined;
    throw error;
  }
}

/** Throws GitLabError `not-found`. */
export async function epicTypeId(call: Asker, group: Place): Promise<string> {
  const [type] = (await typesOf(call, group, known)) ?? [];
  if (type) return type.id;
  const message = `In the group ${group.id} there are no epics, or the token may not see it.`;
  throw new GitLabError(404, 'not-found', message, 'Check the group.');
}

/** Undefined where the group is not there for the token. */
async function typesOf(call: Asker, group: Place, query: string): Promise<{ id: string }[] | undefined> {
  const variables = { path: await pathOf(call, group) };
  const { namespace } = await call.graphql({ query, variables, place: group }, answer);
  return namespace ? (namespace.workItemTypes?.nodes ?? []) : undefined;
}
