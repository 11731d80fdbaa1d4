// Where the threads on something are read.
import type { Call } from '../toolkit/call.js';
import { epicEndpoints, epicTarget } from './epic.js';
import type { Noteable } from './noteable.js';
import { discussionView } from './thread.js';
import { pageSize, type ReadPage } from './walk.js';
import { workItemThreads } from './work-item.js';

const discussions = {
  issue: 'GET /projects/:id/issues/:noteable_id/discussions',
  merge_request: 'GET /projects/:id/merge_requests/:noteable_id/discussions',
  snippet: 'GET /projects/:id/snippets/:noteable_id/discussions',
  epic: 'GET /groups/:id/epics/:noteable_id/discussions',
} as const;

export const discussionEndpoints = [...Object.values(discussions), ...epicEndpoints] as const;
type Reader = Call<(typeof discussionEndpoints)[number]>;

export async function discussionsOf(call: Reader, { kind, place, id }: Noteable): Promise<ReadPage> {
  const target = kind === 'epic' ? await epicTarget(call, place, id) : undefined;
  if (target && 'workItem' in target) return workItemThreads(call, place, id);
  const params = { id: place, noteable_id: target?.epic ?? id };
  return (page) => call.list(discussions[kind], { params, cursor: String(page), limit: pageSize }, discussionView);
}
