// Finds the issue or merge request of a path. What one may not see is not there.
import type { Context } from '../../http/context.js';
import { notFound } from '../../http/reply.js';
import { maySeeIssue, maySeeMergeRequests } from '../../world/access.js';
import type { Issue, MergeRequest } from '../../world/types.js';

/** The issue with an iid. Throws GitLab's 404. */
export function findIssue(
  context: Context<unknown>,
  iid = context.id('issue_iid'),
  project = context.project(),
): Issue {
  const issue = context.world.issues.find((one) => one.project === project && one.iid === iid);
  if (!issue || !maySeeIssue(context.world, context.user, issue)) throw notFound();
  return issue;
}

/** The merge request with an iid. Throws GitLab's 404. */
export function findMergeRequest(
  context: Context<unknown>,
  iid = context.id('merge_request_iid'),
  project = context.project(),
): MergeRequest {
  const found = context.world.mergeRequests.find((one) => one.project === project && one.iid === iid);
  if (!found || !maySeeMergeRequests(context.world, context.user, project)) throw notFound();
  return found;
}
