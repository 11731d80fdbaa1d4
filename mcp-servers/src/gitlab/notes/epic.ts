// Where the comments on an epic are: in REST under the number that it has on the whole instance, or, on instances that
// have no epics in REST any more, on the work item that the epic is.
import { z } from 'zod';
import type { Place } from '../client/endpoint.js';
import { GitLabError } from '../client/errors.js';
import type { Call } from '../toolkit/call.js';
import { graphql, workItemId } from './work-item.js';

const one = 'GET /groups/:id/epics/:epic_iid';
export const epicEndpoints = [one, graphql] as const;

export type EpicTarget = { epic: number } | { workItem: string };

/** Throws GitLabError `not-found`. */
export async function epicTarget(
  call: Call<(typeof epicEndpoints)[number]>,
  group: Place,
  iid: number,
): Promise<EpicTarget> {
  try {
    const { id } = await call.get(one, { params: { id: group, epic_iid: iid } }, z.object({ id: z.number() }));
    return { epic: id };
  } catch (error) {
    if (!(error instanceof GitLabError) || (error.status !== 404 && error.status !== 410)) throw error;
    return { workItem: await workItemId(call, group, iid) };
  }
}
