// Whether a merge request can be merged, and in GitLab's words why not.
import { isAncestor, mergeTree } from '../../git/merge.js';
import type { Repository } from '../../git/repository.js';
import type { MergeRequest } from '../../world/types.js';
import type { World } from '../../world/world.js';
import { approvalsLeft } from './approvals.js';
import { headPipeline, isActive } from './pipelines.js';
import { headOf } from './versions.js';

const UNSETTLED = ['checking', 'unchecked', 'preparing'];

/** GitLab's `detailed_merge_status`: of what stands in the way the first, or `mergeable`. */
export function detailedMergeStatus(world: World, one: MergeRequest): string {
  if (one.detailedMergeStatus) return one.detailedMergeStatus;
  if (one.state !== 'opened') return 'not_open';
  if (isDraft(one)) return 'draft_status';
  if (!branchTips(one)) return 'commits_status';
  if (one.project.mergeNeedsResolvedThreads && !areThreadsResolved(world, one)) return 'discussions_not_resolved';
  if (one.project.mergeNeedsPipeline) {
    const pipeline = headPipeline(world, one);
    if (pipeline && isActive(pipeline)) return 'ci_still_running';
    if (pipeline?.status !== 'success') return 'ci_must_pass';
  }
  if (approvalsLeft(one) > 0) return 'not_approved';
  if (one.reviewers.some(({ state }) => state === 'requested_changes')) return 'requested_changes';
  if (hasConflicts(one)) return 'conflict';
  if (needsRebase(one)) return 'need_rebase';
  return 'mergeable';
}

/** Forgets a status that a check would have settled by now. */
export function settle(one: MergeRequest): void {
  if (one.detailedMergeStatus && UNSETTLED.includes(one.detailedMergeStatus)) one.detailedMergeStatus = undefined;
}

/** The older `merge_status`, which only knows of conflicts. */
export function mergeStatus(one: MergeRequest): string {
  const { detailedMergeStatus: asked } = one;
  if (asked && UNSETTLED.includes(asked)) return asked === 'preparing' ? 'preparing' : asked;
  return hasConflicts(one) || (one.state === 'opened' && !branchTips(one)) ? 'cannot_be_merged' : 'can_be_merged';
}

export const isDraft = ({ title }: MergeRequest): boolean => /^\s*(\[draft\]|\(draft\)|draft:)/i.test(title);

export function areThreadsResolved({ notes }: World, one: MergeRequest): boolean {
  return !notes.some(({ noteable, resolvable, resolved }) => noteable === one && resolvable && !resolved);
}

/** Only of what is open: for all else nobody asks any more. */
export function hasConflicts(one: MergeRequest): boolean {
  if (one.state !== 'opened') return false;
  if (one.detailedMergeStatus) return one.detailedMergeStatus === 'conflict';
  const tips = branchTips(one);
  return tips !== undefined && !mergesCleanly(tips.repository, tips.target, tips.source);
}

function needsRebase(one: MergeRequest): boolean {
  const tips = branchTips(one);
  if (!tips || one.project.mergeMethod === 'merge') return false;
  return !isAncestor(tips.repository, tips.target, tips.source);
}

export interface Tips {
  /** Of the target project, which has the source's commits as well. */
  repository: Repository;
  source: string;
  target: string;
}

/** What would be merged into what; undefined where a branch is gone. */
export function branchTips(one: MergeRequest): Tips | undefined {
  const { repository } = one.project;
  const target = repository?.resolve(`refs/heads/${one.targetBranch}`);
  const source = headOf(one)?.headSha;
  if (!repository || !target || !source || !one.sourceProject.repository?.hasBranch(one.sourceBranch)) return undefined;
  return { repository, source, target };
}

const known = new WeakMap<Repository, Map<string, boolean>>();

/** Remembered, for the same two commits always merge alike. */
function mergesCleanly(repository: Repository, target: string, source: string): boolean {
  const answers = known.get(repository) ?? new Map<string, boolean>();
  known.set(repository, answers);
  const key = `${target} ${source}`;
  const answer = answers.get(key) ?? mergeTree(repository, target, source) !== undefined;
  answers.set(key, answer);
  return answer;
}
