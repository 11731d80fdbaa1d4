import { fullReference, shortReference } from '../services/issuables/references.js';
import {
  areThreadsResolved,
  detailedMergeStatus,
  hasConflicts,
  isDraft,
  mergeStatus,
} from '../services/merge-requests/mergeability.js';
import { headPipeline } from '../services/merge-requests/pipelines.js';
import { headOf } from '../services/merge-requests/versions.js';
import { mayPush } from '../world/access.js';
import { pathOf } from '../world/places.js';
import type { Group, MergeRequest, User } from '../world/types.js';
import type { World } from '../world/world.js';
import { issuableEntity, references, taskCompletion, timeStats, userNotesCount } from './issuable.js';
import { labelBasic, labelNames } from './label.js';
import { milestoneEntity } from './milestone.js';
import { pipelineBasic, pipelineEntity } from './pipeline.js';
import { optionalUser, userBasic } from './user.js';

export interface MergeRequestOptions {
  labelDetails?: boolean | undefined;
  /** The group that was asked for. */
  group?: Group | undefined;
}

function mergeRequestUrl(world: World, { project, iid }: MergeRequest): string {
  return `${world.url}/${pathOf(project)}/-/merge_requests/${iid}`;
}

/** `MergeRequestSimple`: for `view=simple`. */
export function mergeRequestSimple(world: World, one: MergeRequest) {
  return { ...issuableEntity(one), web_url: mergeRequestUrl(world, one) };
}

/** `MergeRequestBasic`: in lists. */
export function mergeRequestBasic(world: World, one: MergeRequest, options: MergeRequestOptions = {}) {
  const fork = one.sourceProject !== one.project;
  const users = (list: readonly User[]) => list.map((user) => userBasic(world, user));
  return {
    ...issuableEntity(one),
    merged_by: optionalUser(world, one.mergeUser),
    merge_user: optionalUser(world, one.mergeUser),
    merged_at: one.mergedAt ?? null,
    closed_by: optionalUser(world, one.closedBy),
    closed_at: one.closedAt ?? null,
    target_branch: one.targetBranch,
    source_branch: one.sourceBranch,
    user_notes_count: userNotesCount(world, one),
    upvotes: one.upvotes,
    downvotes: one.downvotes,
    author: userBasic(world, one.author),
    assignees: users(one.assignees),
    assignee: optionalUser(world, one.assignees[0]),
    reviewers: users(one.reviewers.map(({ user }) => user)),
    source_project_id: one.sourceProject.id,
    target_project_id: one.project.id,
    labels: options.labelDetails ? one.labels.map(labelBasic) : labelNames(one.labels),
    draft: isDraft(one),
    imported: false,
    imported_from: 'none',
    work_in_progress: isDraft(one),
    milestone: one.milestone ? milestoneEntity(world, one.milestone) : null,
    merge_when_pipeline_succeeds: one.autoMerge,
    merge_status: mergeStatus(one),
    detailed_merge_status: detailedMergeStatus(world, one),
    merge_after: null,
    sha: headOf(one)?.headSha ?? null,
    merge_commit_sha: one.mergeCommitSha,
    squash_commit_sha: one.squashCommitSha,
    discussion_locked: one.discussionLocked,
    should_remove_source_branch: null,
    force_remove_source_branch: one.removeSourceBranch,
    ...(fork && { allow_collaboration: one.allowCollaboration, allow_maintainer_to_push: one.allowCollaboration }),
    prepared_at: one.createdAt,
    reference: options.group ? fullReference(one) : shortReference(one),
    references: references(one, options.group),
    web_url: mergeRequestUrl(world, one),
    time_stats: timeStats(one),
    squash: one.squash,
    squash_on_merge: one.squash,
    task_completion_status: taskCompletion(one),
    has_conflicts: hasConflicts(one),
    blocking_discussions_resolved: areThreadsResolved(world, one) || !one.project.mergeNeedsResolvedThreads,
    approvals_before_merge: null,
  };
}

export interface SingleOptions extends MergeRequestOptions {
  /** Who asks. */
  user: User | undefined;
  divergedCommits?: number | undefined;
  rebaseInProgress?: boolean | undefined;
  firstContribution?: boolean | undefined;
}

/** `MergeRequest`: a single one. */
export function mergeRequestEntity(world: World, one: MergeRequest, options: SingleOptions) {
  const { user, divergedCommits, rebaseInProgress, firstContribution } = options;
  const head = headOf(one);
  const pipeline = headPipeline(world, one);
  return {
    ...mergeRequestBasic(world, one, options),
    subscribed: user !== undefined && [one.author, ...one.assignees].includes(user),
    changes_count: head ? changedFiles(one) : null,
    latest_build_started_at: pipeline?.startedAt ?? null,
    latest_build_finished_at: pipeline?.finishedAt ?? null,
    first_deployed_to_production_at: null,
    pipeline: pipeline ? pipelineBasic(world, pipeline) : null,
    head_pipeline: pipeline ? pipelineEntity(world, pipeline) : null,
    diff_refs: head ? { base_sha: head.baseSha, head_sha: head.headSha, start_sha: head.startSha } : null,
    merge_error: one.mergeError,
    ...(rebaseInProgress !== undefined && { rebase_in_progress: rebaseInProgress }),
    ...(divergedCommits !== undefined && { diverged_commits_count: divergedCommits }),
    ...(firstContribution !== undefined && { first_contribution: firstContribution }),
    user: { can_merge: mayPush(world, user, one.project, one.targetBranch) },
  };
}

/** At most 1,000 are kept, and then GitLab says `1000+`. */
function changedFiles(one: MergeRequest): string {
  const head = headOf(one);
  const names = head ? one.project.repository?.git('diff', '--name-only', head.baseSha, head.headSha) : '';
  const count = (names ?? '').split('\n').filter(Boolean).length;
  return count > MAX_FILES ? `${MAX_FILES}+` : String(count);
}

export const MAX_FILES = 1000;
