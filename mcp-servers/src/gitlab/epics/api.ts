// Which of GitLab's two APIs has the epics: REST, or, where that is gone, GraphQL, in which epics are work items.
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Place } from '../client/endpoint.js';
import { GitLabError } from '../client/errors.js';
import type { Call } from '../toolkit/call.js';
import type { Located } from '../toolkit/places.js';
import { epicEndpoint, epicId } from './rest.js';
import { hasEpics } from './work-items/types.js';
import { workItemId } from './work-items/work-items.js';

export const eitherApi = ['GET /groups/:id/epics', 'GET /groups/:id', 'POST /graphql'] as const;

/**
 * Whether REST has epics. Asked once per instance, by listing: that a single epic is missing says nothing about the API.
 * Throws ToolError `no-epics` where neither has them, GitLabError where the group is not there for the token.
 */
export function byRest(call: Call<(typeof eitherApi)[number]>, group: Place): Promise<boolean> {
  return call.known('epics by REST', async () => {
    try {
      await call.list('GET /groups/:id/epics', { params: { id: group }, limit: 1 }, z.unknown());
      return true;
    } catch (error) {
      if (!(error instanceof GitLabError) || ![403, 404, 410].includes(error.status)) throw error;
      const found = await hasEpics(call, group);
      if (found === undefined) throw error;
      if (!found) throw noEpics(group);
      return false;
    }
  });
}

export const epicLookup = [...eitherApi, epicEndpoint] as const;

/** What the API in use knows an epic by: its number on the instance, or its global id as a work item. */
export type EpicId = { api: 'rest'; id: number } | { api: 'graphql'; id: string };

/** Throws GitLabError `not-found`. */
export async function identifyEpic(call: Call<(typeof epicLookup)[number]>, epic: Located): Promise<EpicId> {
  if (await byRest(call, epic.place)) return { api: 'rest', id: await epicId(call, epic) };
  return { api: 'graphql', id: await workItemId(call, epic) };
}

function noEpics({ id }: Place): ToolError {
  return new ToolError(
    'no-epics',
    `There are no epics in the group ${id}: GitLab has them in its plans Premium and Ultimate.`,
    'Do without, for instance with milestones and labels, or tell the user.',
  );
}
