import { levelOf } from '../../world/access.js';
import { access, type MergeRequest, type User } from '../../world/types.js';
import type { World } from '../../world/world.js';

/** Members from developer on, but nobody approves what he wrote himself. */
export function mayApprove(world: World, user: User | undefined, one: MergeRequest): boolean {
  if (!user || user === one.author || one.state !== 'opened') return false;
  return levelOf(world, user, one.project) >= access.developer && !hasApproved(one, user);
}

export const hasApproved = ({ approvals }: MergeRequest, user: User | undefined): boolean =>
  approvals.some((approval) => approval.user === user);

export const approvalsLeft = ({ approvals, project }: MergeRequest): number =>
  Math.max(project.approvalsRequired - approvals.length, 0);

/** Who could approve. */
export function eligibleApprovers(world: World, one: MergeRequest): User[] {
  const { author, project } = one;
  return world.users.filter(
    (user) => user !== author && !user.admin && levelOf(world, user, project) >= access.developer,
  );
}
