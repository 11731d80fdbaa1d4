// Quick actions that only merge requests have.
import { mayPush } from '../../world/access.js';
import { systemNote } from '../issuables/system-notes.js';
import { hasApproved, mayApprove } from '../merge-requests/approvals.js';
import { merge } from '../merge-requests/merge.js';
import { detailedMergeStatus, isDraft } from '../merge-requests/mergeability.js';
import { startRebase } from '../merge-requests/rebase.js';
import { onMergeRequests, type QuickAction } from './action.js';

export const mergeRequests: Record<string, QuickAction> = {
  draft: onMergeRequests(({ target }) => {
    if (isDraft(target)) return undefined;
    return { changes: { title: `Draft: ${target.title}` }, summary: 'Marked this merge request as a draft.' };
  }),

  ready: onMergeRequests(({ target }) => {
    if (!isDraft(target)) return undefined;
    const title = target.title.replace(/^\s*(\[draft\]|\(draft\)|draft:)\s*/i, '');
    return { changes: { title }, summary: 'Marked this merge request as ready.' };
  }),

  target_branch: onMergeRequests(({ target, argument }) => {
    if (!target.project.repository?.hasBranch(argument)) return undefined;
    return { changes: { target_branch: argument }, summary: `Set target branch to ${argument}.` };
  }),

  approve: onMergeRequests(({ target, context }) => {
    const { world, currentUser: user } = context;
    if (!mayApprove(world, user, target)) return undefined;
    const effect = () => {
      target.approvals.push({ user, at: world.now() });
      systemNote(world, target, user, 'approved this merge request');
    };
    return { summary: 'Approved the current merge request.', effect };
  }),

  unapprove: onMergeRequests(({ target, context }) => {
    const { world, currentUser: user } = context;
    if (!hasApproved(target, user)) return undefined;
    const effect = () => {
      target.approvals = target.approvals.filter((approval) => approval.user !== user);
      systemNote(world, target, user, 'unapproved this merge request');
    };
    return { summary: 'Unapproved the current merge request.', effect };
  }),

  merge: onMergeRequests(({ target, context }) => {
    const { world, currentUser: user } = context;
    if (!mayPush(world, user, target.project, target.targetBranch)) return undefined;
    if (detailedMergeStatus(world, target) !== 'mergeable') return undefined;
    const { squash, removeSourceBranch } = target;
    const effect = () => void merge(world, target, user, { squash, removeSourceBranch });
    return { summary: 'Merged this merge request.', effect };
  }),

  rebase: onMergeRequests(({ target, context }) => {
    const { world, currentUser: user } = context;
    if (!mayPush(world, user, target.sourceProject, target.sourceBranch)) return undefined;
    return { summary: `Scheduled a rebase of branch ${target.sourceBranch}.`, effect: () => startRebase(target, user) };
  }),
};
