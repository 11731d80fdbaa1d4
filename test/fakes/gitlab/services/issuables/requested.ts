// An update's parameters as changes: names become ids, words for nothing become null.
import type { Context } from '../../http/context.js';
import { lineage } from '../../world/places.js';
import { access, type Label, type Project } from '../../world/types.js';
import type { Changes } from './changes.js';

interface Requested {
  description?: string | null | undefined;
  assignee_id?: number | undefined;
  assignee_ids?: number[] | undefined;
  milestone_id?: number | undefined;
  milestone?: string | undefined;
  labels?: string[] | undefined;
  add_labels?: string[] | undefined;
  remove_labels?: string[] | undefined;
  discussion_locked?: boolean | null | undefined;
}

/** What only those may set who may do more than write. */
export function requestedMetadata(context: Context<unknown>, project: Project, params: Requested): Changes {
  const { assignee_id, assignee_ids, labels, add_labels, remove_labels, discussion_locked } = params;
  const milestone_id = params.milestone_id ?? milestoneTitled(context, project, params.milestone)?.id;
  const ids = (found: readonly Label[]) => found.map(({ id }) => id);
  return {
    ...(assignee_id !== undefined && { assignee_ids: assignee_id === 0 ? [] : [assignee_id] }),
    ...(assignee_ids && { assignee_ids }),
    ...(milestone_id !== undefined && { milestone_id: milestone_id === 0 ? null : milestone_id }),
    ...(labels && { label_ids: ids(labelsToSet(context, project, labels)) }),
    ...(add_labels && { add_label_ids: ids(labelsToSet(context, project, add_labels)) }),
    ...(remove_labels && { remove_label_ids: ids(knownLabels(context, project, remove_labels)) }),
    ...(discussion_locked !== undefined && { discussion_locked }),
  };
}

export function knownLabels({ world }: Context<unknown>, project: Project, names: readonly string[]): Label[] {
  const owners = lineage(project);
  return world.labels.filter(({ name, owner }) => names.includes(name) && owners.includes(owner));
}

/** Labels that are not there yet are made by those who may, and ignored for others. */
function labelsToSet(context: Context<unknown>, project: Project, names: readonly string[]): Label[] {
  if (context.can(access.planner, project)) return names.map((name) => context.world.label(project, name));
  return knownLabels(context, project, names);
}

function milestoneTitled({ world }: Context<unknown>, project: Project, title: string | undefined) {
  const owners = lineage(project);
  return title ? world.milestones.find((one) => one.title === title && owners.includes(one.owner)) : undefined;
}
