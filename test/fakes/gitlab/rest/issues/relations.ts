// What belongs to an issue: merge requests and people.

import { mergeRequestBasic } from '../../entities/merge-request.js';
import { userBasic } from '../../entities/user.js';
import type { Context } from '../../http/context.js';
import type { Reply } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { findIssue } from '../../services/issuables/find.js';
import { participants } from '../../services/issuables/participants.js';
import { closingMergeRequests, relatedMergeRequests } from '../../services/issuables/references.js';
import { maySeeMergeRequests } from '../../world/access.js';
import type { MergeRequest } from '../../world/types.js';

const scopes = ['ai_workflows'];

export const relations: Route[] = [
  route('GET', '/projects/:id/issues/:issue_iid/related_merge_requests', { scopes }, (context) =>
    visible(context, relatedMergeRequests(context.world, findIssue(context))),
  ),

  route('GET', '/projects/:id/issues/:issue_iid/closed_by', { scopes }, (context) =>
    visible(context, closingMergeRequests(context.world, findIssue(context))),
  ),

  route('GET', '/projects/:id/issues/:issue_iid/participants', { scopes }, (context) =>
    context.paginate(participants(context.world, findIssue(context)), (user) => userBasic(context.world, user)),
  ),
];

function visible(context: Context<unknown>, mergeRequests: readonly MergeRequest[]): Reply {
  const { world, user } = context;
  const seen = mergeRequests.filter(({ project }) => maySeeMergeRequests(world, user, project));
  return context.paginate(seen, (one) => mergeRequestBasic(world, one));
}
