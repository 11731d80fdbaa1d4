// What issues and merge requests have in common.
import { humanDuration } from '../services/issuables/duration.js';
import { fullReference, shortReference } from '../services/issuables/references.js';
import { pathOf } from '../world/places.js';
import type { Group, Issuable } from '../world/types.js';
import type { World } from '../world/world.js';

/** `IssuableEntity` */
export function issuableEntity(one: Issuable) {
  return {
    id: one.id,
    iid: one.iid,
    project_id: one.project.id,
    title: one.title,
    description: one.description,
    state: one.state,
    created_at: one.createdAt,
    updated_at: one.updatedAt,
  };
}

/** `IssuableTimeStats`, in seconds. */
export function timeStats({ timeEstimate, timeSpent }: Issuable) {
  return {
    time_estimate: timeEstimate,
    total_time_spent: timeSpent,
    human_time_estimate: humanDuration(timeEstimate),
    human_total_time_spent: humanDuration(timeSpent),
  };
}

/** Counts `- [ ]` and `- [x]` in the description. */
export function taskCompletion({ description }: Pick<Issuable, 'description'>) {
  const tasks = [...(description ?? '').matchAll(/^\s*(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s/gm)];
  return { count: tasks.length, completed_count: tasks.filter(([, mark]) => mark !== ' ').length };
}

/** `relative` begins with the project where the request was for a group. */
export function references(one: Issuable, from?: Group) {
  const short = shortReference(one);
  const below = from ? pathOf(one.project).slice(pathOf(from).length + 1) : '';
  return { short, relative: `${below}${short}`, full: fullReference(one) };
}

export function userNotesCount(world: World, one: Issuable): number {
  return world.notes.filter(({ noteable, system }) => noteable === one && !system).length;
}
