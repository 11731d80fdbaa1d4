// Merge, cancel an auto-merge, rebase.
import * as z from 'zod';
import { mergeRequestEntity } from '../../entities/merge-request.js';
import { p } from '../../http/params.js';
import { forbidden, notAllowed, renderError, status, unauthorized } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { findMergeRequest } from '../../services/issuables/find.js';
import { merge } from '../../services/merge-requests/merge.js';
import { detailedMergeStatus, settle } from '../../services/merge-requests/mergeability.js';
import { headPipeline, isActive } from '../../services/merge-requests/pipelines.js';
import { isRebasing, startRebase } from '../../services/merge-requests/rebase.js';
import { headOf } from '../../services/merge-requests/versions.js';
import { mayPush } from '../../world/access.js';
import type { MergeRequest } from '../../world/types.js';
import type { World } from '../../world/world.js';

const params = z.object({
  merge_commit_message: p.string().optional(),
  squash_commit_message: p.string().optional(),
  should_remove_source_branch: p.boolean().optional(),
  merge_when_pipeline_succeeds: p.boolean().optional(),
  auto_merge: p.boolean().optional(),
  sha: p.string().optional(),
  squash: p.boolean().optional(),
});

const path = '/projects/:id/merge_requests/:merge_request_iid';

export const merging: Route[] = [
  route('PUT', `${path}/merge`, { params }, (context) => {
    const { world, params, currentUser } = context;
    const one = findMergeRequest(context);
    if (!mayPush(world, currentUser, one.project, one.targetBranch)) throw unauthorized();
    checkSha(one, params.sha);
    settle(one);
    const state = detailedMergeStatus(world, one);
    const waiting = (params.auto_merge ?? params.merge_when_pipeline_succeeds ?? false) && mayWait(world, one, state);
    const squash = params.squash || one.squash;
    const removeSourceBranch = params.should_remove_source_branch ?? one.removeSourceBranch;
    if (waiting) {
      Object.assign(one, { autoMerge: true, mergeUser: currentUser, squash, removeSourceBranch });
    } else {
      if (state !== 'mergeable') throw notAllowed();
      const { merge_commit_message: mergeMessage, squash_commit_message: squashMessage } = params;
      const options = { mergeMessage, squashMessage, squash, removeSourceBranch };
      if (!merge(world, one, currentUser, options)) throw renderError(422, 'Branch cannot be merged');
    }
    return mergeRequestEntity(world, one, { user: currentUser });
  }),

  route('POST', `${path}/cancel_merge_when_pipeline_succeeds`, {}, (context) => {
    const { world, currentUser } = context;
    const one = findMergeRequest(context);
    if (!mayPush(world, currentUser, one.project, one.targetBranch)) throw unauthorized();
    if (!one.autoMerge) throw renderError(406, "Can't cancel the automatic merge");
    Object.assign(one, { autoMerge: false, mergeUser: undefined });
    return { status: 'success' };
  }),

  route('PUT', `${path}/rebase`, { params: z.object({ skip_ci: p.boolean().default(false) }) }, (context) => {
    const { world, currentUser } = context;
    const one = findMergeRequest(context);
    if (!one.sourceProject.repository?.hasBranch(one.sourceBranch)) throw forbidden('Source branch does not exist');
    if (!mayPush(world, currentUser, one.sourceProject, one.sourceBranch)) {
      throw forbidden('Cannot push to source branch');
    }
    if (isRebasing(one)) throw renderError(409, 'A rebase is already in progress');
    startRebase(one, currentUser);
    return status(202, { rebase_in_progress: true });
  }),
];

export function checkSha(one: MergeRequest, sha: string | undefined): void {
  const head = headOf(one)?.headSha;
  if (sha !== undefined && sha !== head) throw renderError(409, `SHA does not match HEAD of source branch: ${head}`);
}

/** What an automatic merge waits for; nothing waits for conflicts to go away. */
const TRANSIENT = [
  'ci_still_running',
  'ci_must_pass',
  'not_approved',
  'draft_status',
  'discussions_not_resolved',
  'requested_changes',
];

function mayWait(world: World, one: MergeRequest, state: string): boolean {
  const pipeline = headPipeline(world, one);
  return TRANSIENT.includes(state) || (state === 'mergeable' && pipeline !== undefined && isActive(pipeline));
}
