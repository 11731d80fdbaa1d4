// Who may read, change and resolve a note.
import { access, type Note, type User } from '../../world/types.js';
import type { World } from '../../world/world.js';
import { levelAt } from './noteables.js';

/** Internal notes are for members from planner on, and their author. */
export function mayRead(world: World, user: User | undefined, note: Note): boolean {
  return !note.internal || note.author === user || levelAt(world, user, note.noteable) >= access.planner;
}

export function mayEdit(world: World, user: User, note: Note): boolean {
  return !note.system && (note.author === user || levelAt(world, user, note.noteable) >= access.maintainer);
}

export function mayResolve(world: World, user: User, note: Note): boolean {
  return note.noteable.author === user || levelAt(world, user, note.noteable) >= access.developer;
}
