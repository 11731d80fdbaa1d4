// Rebasing happens after the request for it was answered: whoever looks for the first time still sees it going on.
import { rebase } from '../../git/merge.js';
import type { MergeRequest, User } from '../../world/types.js';
import type { World } from '../../world/world.js';
import { signatureOf } from './committers.js';
import { branchTips } from './mergeability.js';

const FAILED = 'Rebase failed: Rebase locally, resolve all conflicts, then push the branch.';

const going = new WeakMap<MergeRequest, User>();

export function startRebase(one: MergeRequest, user: User): void {
  one.mergeError = null;
  going.set(one, user);
}

export const isRebasing = (one: MergeRequest): boolean => going.has(one);

/** Carries a rebase out that was asked for, if one was. */
export function finishRebase(world: World, one: MergeRequest): void {
  const user = going.get(one);
  if (!user) return;
  going.delete(one);
  one.mergeError = carryOut(world, one, user) ? null : FAILED;
}

function carryOut(world: World, one: MergeRequest, user: User): boolean {
  const tips = branchTips(one);
  const { repository } = one.sourceProject;
  if (!tips || !repository) return false;
  const rebased = rebase(tips.repository, tips.target, tips.source, signatureOf(world, user));
  if (!rebased) return false;
  repository.fetch(tips.repository, rebased, `refs/heads/${one.sourceBranch}`);
  world.pushed(one.sourceProject, one.sourceBranch);
  one.updatedAt = world.now();
  return true;
}
