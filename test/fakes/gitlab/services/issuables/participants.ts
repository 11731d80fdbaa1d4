import type { Issuable, User } from '../../world/types.js';
import type { World } from '../../world/world.js';

/** Who wrote it, is to do it, reviews it or wrote a comment on it. */
export function participants(world: World, one: Issuable): User[] {
  const comments = world.notes.filter(({ noteable, system }) => noteable === one && !system);
  const reviewers = one.kind === 'merge_request' ? one.reviewers.map(({ user }) => user) : [];
  return [...new Set([one.author, ...one.assignees, ...reviewers, ...comments.map(({ author }) => author)])];
}
