// Merging: by the project's method, with or without a squash, and what follows from it.
import { commitTree, mergeTree } from '../../git/merge.js';
import type { MergeRequest, User } from '../../world/types.js';
import type { World } from '../../world/world.js';
import { applyChanges } from '../issuables/changes.js';
import { closesIssues, fullReference } from '../issuables/references.js';
import { systemNote } from '../issuables/system-notes.js';
import { signatureOf } from './committers.js';
import { branchTips, detailedMergeStatus, type Tips } from './mergeability.js';
import { headPipeline, isActive } from './pipelines.js';

export interface MergeOptions {
  mergeMessage?: string | undefined;
  squashMessage?: string | undefined;
  squash: boolean;
  removeSourceBranch: boolean;
}

/** Merges as `user`; false where the branches conflict, or the target cannot be moved forward by the project's method. */
export function merge(world: World, one: MergeRequest, user: User, options: MergeOptions): boolean {
  const tips = branchTips(one);
  const commits = tips && makeCommits(world, one, user, tips, options);
  if (!tips || !commits) return false;
  tips.repository.git('update-ref', `refs/heads/${one.targetBranch}`, commits.tip, tips.target);
  world.pushed(one.project, one.targetBranch);
  one.state = 'merged';
  one.mergedAt = world.now();
  one.updatedAt = world.now();
  one.mergeUser = user;
  one.squash = options.squash;
  one.mergeCommitSha = commits.merge ?? null;
  one.squashCommitSha = commits.squash ?? null;
  one.autoMerge = false;
  one.mergeError = null;
  systemNote(world, one, user, 'merged');
  for (const issue of closesIssues(world, one)) applyChanges(world, issue, { state_event: 'close' }, user);
  const branch = one.sourceBranch;
  if (options.removeSourceBranch && branch !== one.sourceProject.defaultBranch) {
    one.sourceProject.repository?.deleteBranch(branch);
  }
  return true;
}

interface Made {
  tip: string;
  merge?: string;
  squash?: string;
}

function makeCommits(
  world: World,
  one: MergeRequest,
  user: User,
  { repository, source, target }: Tips,
  options: MergeOptions,
): Made | undefined {
  const tree = mergeTree(repository, target, source);
  if (!tree) return undefined;
  const committer = signatureOf(world, user);
  const base = repository.mergeBase(target, source);
  const fast = base === target;
  const { mergeMethod } = one.project;
  if (mergeMethod !== 'merge' && !fast) return undefined;
  const message = options.squashMessage ?? one.title;
  const author = signatureOf(world, one.author);
  const squash = options.squash
    ? commitTree(repository, { tree, parents: [target], message, author, committer })
    : undefined;
  if (mergeMethod === 'ff') return { tip: squash ?? source, ...(squash && { squash }) };
  const merged = commitTree(repository, {
    tree,
    parents: [target, squash ?? source],
    message: options.mergeMessage ?? mergeMessage(world, one),
    author: committer,
    committer,
  });
  return { tip: merged, merge: merged, ...(squash && { squash }) };
}

function mergeMessage(world: World, one: MergeRequest): string {
  const closes = closesIssues(world, one).map((issue) => `#${issue.iid}`);
  return [
    `Merge branch '${one.sourceBranch}' into '${one.targetBranch}'`,
    one.title,
    ...(closes.length > 0 ? [`Closes ${closes.join(', ')}`] : []),
    `See merge request ${fullReference(one)}`,
  ].join('\n\n');
}

/** Carries out what `auto_merge` asked for, once nothing stands in the way. */
export function mergeWhenReady(world: World, one: MergeRequest): void {
  if (!one.autoMerge || !one.mergeUser || one.state !== 'opened') return;
  const pipeline = headPipeline(world, one);
  if ((pipeline && isActive(pipeline)) || detailedMergeStatus(world, one) !== 'mergeable') return;
  merge(world, one, one.mergeUser, { squash: one.squash, removeSourceBranch: one.removeSourceBranch });
}
