// Whether a merge request can be merged, and in words why not.
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Params, Query } from '../client/endpoint.js';
import type { Call } from '../toolkit/call.js';

export const oneMergeRequest = 'GET /projects/:id/merge_requests/:merge_request_iid';

/** GitLab's `detailed_merge_status` (doc/api/merge_requests.md) as the end of `It cannot be merged: ...`. */
const reasons: Record<string, string> = {
  approvals_syncing: 'GitLab is still counting its approvals',
  checking: 'GitLab is still checking whether it can be merged',
  ci_must_pass: 'a pipeline has to succeed first (list_merge_request_items with kind pipelines)',
  ci_still_running: 'its pipeline is still running (merge_merge_request with auto_merge waits for it)',
  commits_status: 'the source branch is gone or has no commits',
  conflict: 'it has conflicts with the target branch (list_merge_request_items with kind conflicts)',
  discussions_not_resolved: 'threads are open (list_notes, then resolve_discussion)',
  draft_status: 'it is a draft (update_merge_request with draft false)',
  jira_association_missing: 'the title or description has to name a Jira issue',
  locked_lfs_files: 'somebody has locked LFS files that it changes',
  locked_paths: 'somebody has locked paths that it changes',
  merge_request_blocked: 'another merge request has to be merged first',
  merge_time: 'it may only be merged after a certain time',
  need_rebase: 'the source branch has to be rebased (rebase_merge_request)',
  not_approved: 'approvals are missing (list_merge_request_items with kind approvals)',
  not_open: 'it is not open',
  preparing: 'GitLab is still preparing its diff',
  requested_changes: 'a reviewer has requested changes (list_notes)',
  security_policy_pipeline_check: 'a security policy wants all pipelines of the last commit to succeed',
  security_policy_violations: 'it violates a security policy',
  status_checks_must_pass: 'external status checks have not passed',
  title_regex: "the title does not have the form that the project's settings demand",
  unchecked: 'GitLab has not checked yet whether it can be merged',
};

const undecided = new Set(['approvals_syncing', 'checking', 'preparing', 'unchecked']);

/** Milliseconds. GitLab decides within a second or two, unless its queues are long. */
const pauses = [200, 400, 800, 1600, 2000];

export interface Mergeability {
  state?: unknown;
  detailed_merge_status?: unknown;
}

/** Why it cannot be merged now; undefined where it can, or where it has been. */
export function whyNotMergeable({ state, detailed_merge_status: status }: Mergeability): string | undefined {
  if (state === 'merged') return 'it is merged already';
  if (state === 'closed') return 'it is closed (update_merge_request with state_event reopen)';
  if (typeof status !== 'string' || status === 'mergeable') return undefined;
  return reasons[status] ?? `its detailed_merge_status is ${JSON.stringify(status.slice(0, 60))}`;
}

/** The merge request when GitLab has made up its mind about it, or after five seconds. Asking is what makes GitLab check. */
export async function settled<T extends Mergeability>(
  call: Call<typeof oneMergeRequest>,
  options: { params: Params<typeof oneMergeRequest>; query?: Query },
  schema: z.ZodType<T>,
): Promise<T> {
  for (const pause of pauses) {
    const found = await call.get(oneMergeRequest, options, schema);
    const open = found.state !== 'merged' && found.state !== 'closed';
    if (!open || !undecided.has(String(found.detailed_merge_status))) return found;
    call.progress('GitLab is still checking whether it can be merged.');
    await sleep(pause, undefined, { signal: call.signal });
  }
  return call.get(oneMergeRequest, options, schema);
}

/** What decisions about a merge request are made on. */
export const currentState = z.object({
  state: z.string(),
  detailed_merge_status: z.string().nullish(),
  sha: z.string().nullish(),
  has_conflicts: z.boolean().nullish(),
  source_branch: z.string(),
  target_branch: z.string(),
  rebase_in_progress: z.boolean().nullish(),
  diverged_commits_count: z.number().nullish(),
  merge_error: z.string().nullish(),
});
