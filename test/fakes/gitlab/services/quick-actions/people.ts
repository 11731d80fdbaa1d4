// Who is to do it and who is to review it.
import type { Context } from '../../http/context.js';
import { maySee } from '../../world/access.js';
import type { Project, User } from '../../world/types.js';
import { onBoth, onMergeRequests, type QuickAction } from './action.js';

const requestReview = onMergeRequests(({ target, argument, context, soFar }) => {
  const users = named(context, target.project, argument);
  if (users.length === 0) return undefined;
  const before = soFar.reviewer_ids ?? ids(target.reviewers.map(({ user }) => user));
  return {
    changes: { reviewer_ids: union(before, ids(users)) },
    summary: `Requested a review from ${mentions(users)}.`,
  };
});

const unassignReviewer = onMergeRequests(({ target, argument, context, soFar }) => {
  const before = soFar.reviewer_ids ?? ids(target.reviewers.map(({ user }) => user));
  const users = argument === '' ? usersOf(context, before) : named(context, target.project, argument);
  if (users.length === 0) return undefined;
  const left = before.filter((id) => !ids(users).includes(id));
  return { changes: { reviewer_ids: left }, summary: `Removed reviewer ${mentions(users)}.` };
});

export const people: Record<string, QuickAction> = {
  assign: onBoth(({ target, argument, context, soFar }) => {
    const users = named(context, target.project, argument);
    if (users.length === 0) return undefined;
    const before = soFar.assignee_ids ?? ids(target.assignees);
    return { changes: { assignee_ids: union(before, ids(users)) }, summary: `Assigned ${mentions(users)}.` };
  }),

  unassign: onBoth(({ target, argument, context, soFar }) => {
    const before = soFar.assignee_ids ?? ids(target.assignees);
    const users = argument === '' ? usersOf(context, before) : named(context, target.project, argument);
    if (users.length === 0) return undefined;
    const left = before.filter((id) => !ids(users).includes(id));
    return { changes: { assignee_ids: left }, summary: `Removed assignee ${mentions(users)}.` };
  }),

  reassign: onBoth(({ target, argument, context }) => {
    const users = named(context, target.project, argument);
    if (users.length === 0) return undefined;
    return { changes: { assignee_ids: ids(users) }, summary: `Reassigned to ${mentions(users)}.` };
  }),

  assign_reviewer: requestReview,
  reviewer: requestReview,
  request_review: requestReview,
  unassign_reviewer: unassignReviewer,
  remove_reviewer: unassignReviewer,
};

/** `@ada @bob`, `me`. */
function named({ world, user }: Context<unknown>, project: Project, argument: string): User[] {
  const words = argument.split(/[\s,]+/).map((word) => word.replace(/^@/, '').toLowerCase());
  return world.users
    .filter((one) => words.includes(one.username.toLowerCase()) || (one === user && words.includes('me')))
    .filter((one) => maySee(world, one, project));
}

const usersOf = ({ world }: Context<unknown>, wanted: readonly number[]): User[] =>
  world.users.filter(({ id }) => wanted.includes(id));

const ids = (users: readonly User[]): number[] => users.map(({ id }) => id);

const union = (before: readonly number[], more: readonly number[]): number[] => [...new Set([...before, ...more])];

const mentions = (users: readonly User[]): string => users.map(({ username }) => `@${username}`).join(', ');
