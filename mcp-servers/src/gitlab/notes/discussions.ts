// Where the threads on something are read.
import { GitLabError } from '../client/errors.js';
import { epicLookup, identifyEpic } from '../epics/api.js';
import type { Call } from '../toolkit/call.js';
import type { Noteable } from './noteable.js';
import { aloneView, discussionView } from './thread.js';
import { pageSize, type ReadPage } from './walk.js';
import { workItemThreads } from './work-item.js';

const discussions = {
  issue: 'GET /projects/:id/issues/:noteable_id/discussions',
  merge_request: 'GET /projects/:id/merge_requests/:noteable_id/discussions',
  snippet: 'GET /projects/:id/snippets/:noteable_id/discussions',
  epic: 'GET /groups/:id/epics/:noteable_id/discussions',
} as const;

const notes = {
  issue: 'GET /projects/:id/issues/:noteable_id/notes',
  merge_request: 'GET /projects/:id/merge_requests/:noteable_id/notes',
  snippet: 'GET /projects/:id/snippets/:noteable_id/notes',
  epic: 'GET /groups/:id/epics/:noteable_id/notes',
} as const;

export const discussionEndpoints = [...Object.values(discussions), ...Object.values(notes), ...epicLookup] as const;
type Reader = Call<(typeof discussionEndpoints)[number]>;

/** Threads; for tokens whose scope covers single comments only (ai_workflows), these as threads of one, without an id. */
export async function discussionsOf(call: Reader, { kind, place, id }: Noteable): Promise<ReadPage> {
  const epic = kind === 'epic' ? await identifyEpic(call, { place, iid: id }) : undefined;
  if (epic?.api === 'graphql') return workItemThreads(call, { place, iid: id });
  const params = { id: place, noteable_id: epic?.id ?? id };
  const paging = (page: number) => ({ params, cursor: String(page), limit: pageSize });
  const query = { order_by: 'created_at', sort: 'asc' };
  let alone = false;
  return async (page) => {
    try {
      if (!alone) return await call.list(discussions[kind], paging(page), discussionView);
    } catch (error) {
      if (!(error instanceof GitLabError) || error.code !== 'insufficient-scope') throw error;
      alone = true;
    }
    return call.list(notes[kind], { ...paging(page), query }, aloneView);
  };
}
