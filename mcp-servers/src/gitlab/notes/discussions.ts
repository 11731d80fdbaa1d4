// Where the threads on something are read.
import type { Call } from '../toolkit/call.js';
import { epicEndpoint, epicId } from './epic.js';
import type { Noteable } from './noteable.js';
import { discussionView } from './thread.js';
import { pageSize, type ReadPage } from './walk.js';

const discussions = {
  issue: 'GET /projects/:id/issues/:noteable_id/discussions',
  merge_request: 'GET /projects/:id/merge_requests/:noteable_id/discussions',
  snippet: 'GET /projects/:id/snippets/:noteable_id/discussions',
  epic: 'GET /groups/:id/epics/:noteable_id/discussions',
} as const;

export const discussionEndpoints = [...Object.values(discussions), epicEndpoint] as const;

export async function discussionsOf(
  call: Call<(typeof discussionEndpoints)[number]>,
  { kind, place, id }: Noteable,
): Promise<ReadPage> {
  const noteable_id = kind === 'epic' ? await epicId(call, place, id) : id;
  const params = { id: place, noteable_id };
  return (page) => call.list(discussions[kind], { params, cursor: String(page), limit: pageSize }, discussionView);
}
