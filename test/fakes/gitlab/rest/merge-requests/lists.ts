// Lists of merge requests, of a project, of a group and of all that the user sees.
import * as z from 'zod';
import { mergeRequestBasic, mergeRequestSimple } from '../../entities/merge-request.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { forbidden, type Reply, unauthorized } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { isDraft } from '../../services/merge-requests/mergeability.js';
import { maySeeMergeRequests } from '../../world/access.js';
import { ancestors } from '../../world/places.js';
import type { Group, MergeRequest, User } from '../../world/types.js';
import { byPeople, matches } from '../issuables/filters.js';
import { MERGE_REQUEST_ORDERS, ordered } from '../issuables/order.js';
import { filterParams, filterRules, noneAny } from '../issuables/params.js';

const SCOPES = ['created_by_me', 'assigned_to_me', 'reviews_for_me', 'all', 'created-by-me', 'assigned-to-me'] as const;

const params = z.object({
  ...filterParams,
  state: p.oneOf('opened', 'closed', 'locked', 'merged', 'all').default('all'),
  scope: p.oneOf(...SCOPES).default('all'),
  order_by: p.oneOf(...MERGE_REQUEST_ORDERS).default('created_at'),
  view: p.oneOf('simple').optional(),
  reviewer_id: noneAny().optional(),
  reviewer_username: p.string().optional(),
  approved_by_ids: p.csv().optional(),
  source_branch: p.string().optional(),
  source_project_id: p.integer().optional(),
  target_branch: p.string().optional(),
  merge_user_id: p.integer().optional(),
  merge_user_username: p.string().optional(),
  merged_after: p.time().optional(),
  merged_before: p.time().optional(),
  draft: p.boolean().optional(),
  wip: p.oneOf('yes', 'no').optional(),
  with_merge_status_recheck: p.boolean().default(false),
});

type Params = z.output<typeof params>;

const needs = {
  mutuallyExclusive: [...filterRules.mutuallyExclusive, ['reviewer_id', 'reviewer_username']],
  scopes: ['ai_workflows'],
};

const everywhere = params.extend({ scope: p.oneOf(...SCOPES).default('created_by_me') });

export const lists: Route[] = [
  route('GET', '/merge_requests', { ...needs, params: everywhere }, (context) => {
    if (!context.user && context.params.scope !== 'all') throw unauthorized();
    return list(context, visible(context));
  }),

  route('GET', '/groups/:id/merge_requests', { ...needs, params }, (context) => {
    const group = context.group();
    const below = visible(context).filter(({ project }) => ancestors(project).includes(group));
    const archived = context.params.non_archived === false;
    return list(
      context,
      below.filter(({ project }) => archived || !project.archived),
      group,
    );
  }),

  route('GET', '/projects/:id/merge_requests', { ...needs, params, jobToken: true }, (context) => {
    const project = context.project();
    if (!maySeeMergeRequests(context.world, context.user, project)) throw forbidden();
    return list(
      context,
      context.world.mergeRequests.filter((one) => one.project === project),
    );
  }),
];

function visible({ world, user }: Context<unknown>): MergeRequest[] {
  return world.mergeRequests.filter(({ project }) => maySeeMergeRequests(world, user, project));
}

function list(context: Context<Params>, all: readonly MergeRequest[], group?: Group): Reply {
  const { world, user, params } = context;
  const tests = testsOf(params, user);
  const matching = matches(world, params);
  const found = all.filter((one) => matching(one) && tests.every((test) => test(one)));
  return context.paginate(ordered(found, params.order_by, params.sort), (one) =>
    params.view === 'simple'
      ? mergeRequestSimple(world, one)
      : mergeRequestBasic(world, one, { labelDetails: params.with_labels_details, group }),
  );
}

type Test = (one: MergeRequest) => boolean;

function testsOf(params: Params, user: User | undefined): Test[] {
  const { state, scope, source_branch, source_project_id, target_branch, merged_after, merged_before } = params;
  const draft = params.draft ?? (params.wip === undefined ? undefined : params.wip === 'yes');
  return [
    ...(state === 'all' ? [] : [(one: MergeRequest) => one.state === state]),
    ...(scope === 'all' || !user ? [] : [inScope(scope, user)]),
    ...(source_branch ? [(one: MergeRequest) => one.sourceBranch === source_branch] : []),
    ...(source_project_id ? [(one: MergeRequest) => one.sourceProject.id === source_project_id] : []),
    ...(target_branch ? [(one: MergeRequest) => one.targetBranch === target_branch] : []),
    ...(draft === undefined ? [] : [(one: MergeRequest) => isDraft(one) === draft]),
    ...(merged_after ? [(one: MergeRequest) => one.mergedAt !== undefined && one.mergedAt >= merged_after] : []),
    ...(merged_before ? [(one: MergeRequest) => one.mergedAt !== undefined && one.mergedAt <= merged_before] : []),
    ...byReviewers(params),
  ];
}

function byReviewers(params: Params): Test[] {
  const { reviewer_id, reviewer_username, approved_by_ids, merge_user_id, merge_user_username } = params;
  const reviewers = ({ reviewers }: MergeRequest) => reviewers.map(({ user }) => user);
  const approvers = ({ approvals }: MergeRequest) => approvals.map(({ user }) => user);
  return [
    ...(reviewer_id === undefined ? [] : [byPeople(reviewers, reviewer_id)]),
    ...(reviewer_username
      ? [(one: MergeRequest) => reviewers(one).some(({ username }) => username === reviewer_username)]
      : []),
    ...(approved_by_ids ?? []).map((id) => byPeople(approvers, id)),
    ...(merge_user_id === undefined ? [] : [(one: MergeRequest) => one.mergeUser?.id === merge_user_id]),
    ...(merge_user_username ? [(one: MergeRequest) => one.mergeUser?.username === merge_user_username] : []),
  ];
}

function inScope(scope: Exclude<Params['scope'], 'all'>, user: User): Test {
  if (scope.startsWith('created')) return ({ author }) => author === user;
  if (scope === 'reviews_for_me') return ({ reviewers }) => reviewers.some((reviewer) => reviewer.user === user);
  return ({ assignees }) => assignees.includes(user);
}
