// Changes to an epic, whichever API they come by.
import { invalid } from '../http/reply.js';
import type { Epic, Label } from '../world/types.js';
import type { World } from '../world/world.js';

export interface EpicChanges {
  title?: string | undefined;
  description?: string | null | undefined;
  confidential?: boolean | undefined;
  color?: string | undefined;
  startDate?: string | null | undefined;
  dueDate?: string | null | undefined;
  startDateIsFixed?: boolean | undefined;
  dueDateIsFixed?: boolean | undefined;
  state?: Epic['state'] | undefined;
  /** All of them. */
  labels?: Label[] | undefined;
  addLabels?: readonly Label[] | undefined;
  removeLabels?: readonly Label[] | undefined;
  /** Null takes the epic out of its parent. */
  parent?: Epic | null | undefined;
}

const MAX_TITLE = 255;
const MAX_DEPTH = 7;

/** What GitLab's model says of a title; undefined where it is fine. */
export function titleFault(title: string): string | undefined {
  if (title.trim() === '') return "can't be blank";
  return [...title].length > MAX_TITLE ? `is too long (maximum is ${MAX_TITLE} characters)` : undefined;
}

/** What is wrong with a parent; undefined where it is fine. */
export function parentFault(epic: Epic | undefined, parent: Epic): string | undefined {
  const above: Epic[] = [];
  for (let one: Epic | undefined = parent; one; one = one.parent) above.push(one);
  if (epic && above.includes(epic)) return 'cannot be a child of an epic that is below it in the hierarchy';
  return above.length >= MAX_DEPTH ? `reached maximum depth of ${MAX_DEPTH}` : undefined;
}

/** Throws a 400 with what a model's validation says, before anything changed. */
export function changeEpic(world: World, epic: Epic, changes: EpicChanges): void {
  const title = changes.title === undefined ? undefined : titleFault(changes.title);
  if (title) throw invalid({ title: [title] });
  const { parent } = changes;
  const parentFaults = parent ? parentFault(epic, parent) : undefined;
  if (parentFaults) throw invalid({ parent: [parentFaults] });
  const { labels, addLabels = [], removeLabels = [], state, parent: _, ...plain } = changes;
  for (const [key, value] of Object.entries(plain)) if (value !== undefined) Object.assign(epic, { [key]: value });
  if (parent !== undefined) epic.parent = parent ?? undefined;
  const wanted = new Set([...(labels ?? epic.labels), ...addLabels]);
  epic.labels = [...wanted].filter((label) => !removeLabels.includes(label));
  if (state && state !== epic.state)
    Object.assign(epic, { state, closedAt: state === 'closed' ? world.now() : undefined });
  epic.updatedAt = world.now();
}
