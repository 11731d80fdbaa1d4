// One merge request: get, create, update.
import * as z from 'zod';
import { mergeRequestEntity } from '../../entities/merge-request.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { ApiError, forbidden, invalid, notFound, renderError } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { applyChanges, type Changes, validate } from '../../services/issuables/changes.js';
import { findMergeRequest } from '../../services/issuables/find.js';
import { requestedMetadata } from '../../services/issuables/requested.js';
import { mergeWhenReady } from '../../services/merge-requests/merge.js';
import { branchTips, settle } from '../../services/merge-requests/mergeability.js';
import { finishRebase, isRebasing } from '../../services/merge-requests/rebase.js';
import { carryOut, readDescription, refuseForAgents } from '../../services/quick-actions/index.js';
import { maySeeMergeRequests } from '../../world/access.js';
import { access, type MergeRequest, type Project } from '../../world/types.js';
import type { World } from '../../world/world.js';
import { changeParams, changeRules, ids } from '../issuables/params.js';

const shared = {
  ...changeParams,
  reviewer_ids: ids().optional(),
  remove_source_branch: p.boolean().optional(),
  allow_collaboration: p.boolean().optional(),
  squash: p.boolean().optional(),
};

const createParams = z.object({
  ...shared,
  title: p.string(),
  source_branch: p.string(),
  target_branch: p.string(),
  target_project_id: p.integer().optional(),
});

const updateParams = z.object({
  ...shared,
  title: p.filled().optional(),
  target_branch: p.filled().optional(),
  state_event: p.oneOf('close', 'reopen').optional(),
});

const getParams = z.object({
  include_diverged_commits_count: p.boolean().default(false),
  include_rebase_in_progress: p.boolean().default(false),
});

const UPDATES = [
  'assignee_id',
  'assignee_ids',
  'reviewer_ids',
  'description',
  'labels',
  'add_labels',
  'remove_labels',
  'milestone_id',
  'milestone',
  'remove_source_branch',
  'allow_collaboration',
  'allow_maintainer_to_push',
  'squash',
  'target_branch',
  'title',
  'state_event',
  'discussion_locked',
];

const scopes = ['ai_workflows'];

export const single: Route[] = [
  route(
    'GET',
    '/projects/:id/merge_requests/:merge_request_iid',
    { params: getParams, scopes, jobToken: true },
    (context) => {
      const { world, user, params } = context;
      const one = findMergeRequest(context);
      mergeWhenReady(world, one);
      const answer = mergeRequestEntity(world, one, {
        user,
        firstContribution: isFirst(world, one),
        ...(params.include_diverged_commits_count && { divergedCommits: divergedCommits(one) }),
        ...(params.include_rebase_in_progress && { rebaseInProgress: isRebasing(one) }),
      });
      finishRebase(world, one);
      settle(one);
      return answer;
    },
  ),

  route('POST', '/projects/:id/merge_requests', { ...changeRules, params: createParams, scopes }, (context) => {
    const { world, params, currentUser } = context;
    const sourceProject = context.project();
    const project = params.target_project_id ? context.project(String(params.target_project_id)) : sourceProject;
    if (!mayCreate(context, sourceProject, project)) throw forbidden();
    const branches = { project, sourceProject, sourceBranch: params.source_branch, targetBranch: params.target_branch };
    validate({ timeSpent: 0 }, { title: params.title });
    checkBranches(world, branches);
    const { description, commands } = readDescription(params.description);
    refuseForAgents(context, commands);
    const one = world.addMergeRequest({
      ...branches,
      title: params.title,
      description: description ?? null,
      author: currentUser,
      squash: params.squash ?? false,
      removeSourceBranch: params.remove_source_branch ?? false,
      allowCollaboration: params.allow_collaboration ?? false,
    });
    applyChanges(world, one, metadata(context, project, params), currentUser, { quiet: true });
    carryOut(context, one, commands);
    return mergeRequestEntity(world, one, { user: currentUser });
  }),

  route(
    'PUT',
    '/projects/:id/merge_requests/:merge_request_iid',
    { ...changeRules, params: updateParams, atLeastOneOf: UPDATES, scopes },
    (context) => {
      const { world, params, currentUser } = context;
      const one = findMergeRequest(context);
      if (one.author !== currentUser) context.authorize(access.developer, one.project);
      const { title, state_event, target_branch, squash, remove_source_branch, allow_collaboration } = params;
      const { description, commands } = readDescription(params.description);
      refuseForAgents(context, commands);
      if (target_branch !== undefined) checkBranches(world, { ...one, targetBranch: target_branch }, one);
      if (state_event === 'reopen' && one.state === 'closed') checkBranches(world, one, one);
      const changes: Changes = {
        ...(title !== undefined && { title }),
        ...(description !== undefined && { description }),
        ...(state_event && { state_event }),
        ...(target_branch !== undefined && { target_branch }),
        ...(squash !== undefined && { squash }),
        ...(remove_source_branch !== undefined && { remove_source_branch }),
        ...(allow_collaboration !== undefined && { allow_collaboration }),
        ...metadata(context, one.project, params),
      };
      applyChanges(world, one, changes, currentUser);
      carryOut(context, one, commands);
      return mergeRequestEntity(world, one, { user: currentUser });
    },
  ),
];

type Metadata = z.output<z.ZodObject<typeof shared>>;

/** Labels, people and milestone are for those who may see and manage issues as well. */
function metadata(context: Context<unknown>, project: Project, params: Metadata): Changes {
  if (!context.can(access.planner, project)) return {};
  const { reviewer_ids } = params;
  return { ...requestedMetadata(context, project, params), ...(reviewer_ids && { reviewer_ids }) };
}

function mayCreate(context: Context<unknown>, source: Project, target: Project): boolean {
  if (!maySeeMergeRequests(context.world, context.user, target)) throw notFound('Project');
  return target.mergeRequestsEnabled && !target.archived && context.can(access.developer, source);
}

type Branches = Pick<MergeRequest, 'project' | 'sourceProject' | 'sourceBranch' | 'targetBranch'>;

/** Throws what GitLab says of branches that are the same, are not there, or have another open merge request. */
function checkBranches(world: World, branches: Branches, self?: MergeRequest): void {
  const { project, sourceProject, sourceBranch, targetBranch } = branches;
  if (sourceProject === project && sourceBranch === targetBranch) {
    throw new ApiError(422, { error: ["You can't use same project/branch for source and target"] });
  }
  if (sourceProject !== project && sourceProject.forkedFrom !== project) {
    throw new ApiError(422, { error: ['Source project is not a fork of the target project'] });
  }
  const rival = world.mergeRequests.find(
    (one) =>
      one !== self &&
      one.state === 'opened' &&
      one.project === project &&
      one.sourceProject === sourceProject &&
      one.sourceBranch === sourceBranch &&
      one.targetBranch === targetBranch,
  );
  if (rival) {
    throw renderError(409, [`Another open merge request already exists for this source branch: !${rival.iid}`]);
  }
  const missing: Record<string, string[]> = {
    ...(!sourceProject.repository?.hasBranch(sourceBranch) && { source_branch: ['does not exist'] }),
    ...(!project.repository?.hasBranch(targetBranch) && { target_branch: ['does not exist'] }),
  };
  if (Object.keys(missing).length > 0) throw invalid(missing);
}

/** How many commits the source branch is behind. */
function divergedCommits(one: MergeRequest): number {
  const tips = branchTips(one);
  return tips ? Number(tips.repository.git('rev-list', '--count', `${tips.source}..${tips.target}`)) : 0;
}

/** Nothing of the author was merged into the project before. */
function isFirst({ mergeRequests }: World, { author, project }: MergeRequest): boolean {
  return !mergeRequests.some((one) => one.project === project && one.author === author && one.state === 'merged');
}
