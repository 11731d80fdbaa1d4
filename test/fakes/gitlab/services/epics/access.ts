// Who may see and change epics.

import { access, type Epic, type User } from '../../world/types.js';
import type { World } from '../../world/world.js';
import { levelOf, maySee } from '../access.js';

/** Confidential epics are for members from planner on, and their author. */
export function maySeeEpic(world: World, user: User | undefined, epic: Epic): boolean {
  if (!maySee(world, user, epic.group)) return false;
  return !epic.confidential || epic.author === user || levelOf(world, user, epic.group) >= access.planner;
}
