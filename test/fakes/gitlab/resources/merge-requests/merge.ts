// Merge, cancel an auto-merge, rebase.
import { z } from 'zod';
import { mergeRequestEntity } from '../../entities/merge-request.js';
import { mayPush } from '../../entities/ref.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { forbidden, notAllowed, renderError, status, unauthorized } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { findMergeRequest } from '../../issuables/find.js';
import { merge } from '../../merge-requests/merge.js';
import { detailedMergeStatus, settle } from '../../merge-requests/mergeability.js';
import { headPipeline, isActive } from '../../merge-requests/pipelines.js';
import { isRebasing, startRebase } from '../../merge-requests/rebase.js';
import { headOf } from '../../merge-requests/versions.js';
import type { MergeRequest } from '../../world/types.js';

const params = z.object({
  merge_commit_message: p.string().optional(),
  squash_commit_message: p.string().optional(),
  should_remove_source_branch: p.boolean().optional(),
  merge_when_pipeline_succeeds: p.boolean().optional(),
  auto_merge: p.boolean().optional(),
  sha: p.string().optional(),
  squash: p.boolean().optional(),
});

type MergeParams = z.output<typeof params>;

const path = '/projects/:id/merge_requests/:merge_request_iid';

export const merging: Route[] = [
  route('PUT', `${path}/merge`, { params }, (context) => {
    const { world, params, currentUser } = context;
    const one = findMergeRequest(context);
    if (!mayPush(world, currentUser, one.project, one.targetBranch)) throw unauthorized();
    settle(one);
    const later = autoMerges(context, one);
    checkState(detailedMergeStatus(world, one), later);
    checkSha(one, params.sha);
    const squash = params.squash ?? one.squash;
    const removeSourceBranch = params.should_remove_source_branch ?? one.removeSourceBranch;
    if (later) {
      Object.assign(one, { autoMerge: true, mergeUser: currentUser, squash, removeSourceBranch });
    } else {
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

/** Throws a 405 for what must change first, a 422 for what Git cannot merge. */
function checkState(state: string, later: boolean): void {
  if (state === 'mergeable' || (later && ['ci_still_running', 'ci_must_pass'].includes(state))) return;
  if (state === 'conflict' || state === 'need_rebase') throw renderError(422, 'Branch cannot be merged');
  throw notAllowed();
}

export function checkSha(one: MergeRequest, sha: string | undefined): void {
  const head = headOf(one)?.headSha;
  if (sha !== undefined && sha !== head) throw renderError(409, `SHA does not match HEAD of source branch: ${head}`);
}

/** Whether it is to wait for a pipeline, and there is one that runs. */
function autoMerges({ world, params }: Context<MergeParams>, one: MergeRequest): boolean {
  const asked = params.auto_merge ?? params.merge_when_pipeline_succeeds ?? false;
  const pipeline = headPipeline(world, one);
  return asked && pipeline !== undefined && isActive(pipeline);
}
