// The widgets of a create or update, read: ids become what they stand for.
import { maySee } from '../../world/access.js';
import { lineage } from '../../world/places.js';
import type { Epic, Label, Milestone, Place, User } from '../../world/types.js';
import { findItem, type Item, type Resolving } from '../context.js';
import { type GlobalId, numbers } from '../gid.js';

export interface WidgetInputs {
  assigneesWidget?: { assigneeIds: GlobalId[] };
  colorWidget?: { color: string };
  descriptionWidget?: { description: string };
  healthStatusWidget?: { healthStatus?: Epic['healthStatus'] };
  hierarchyWidget?: { parentId?: GlobalId | null; childrenIds?: GlobalId[] };
  labelsWidget?: { labelIds?: GlobalId[]; addLabelIds?: GlobalId[]; removeLabelIds?: GlobalId[] };
  milestoneWidget?: { milestoneId?: GlobalId | null };
  startAndDueDateWidget?: { startDate?: string | null; dueDate?: string | null; isFixed?: boolean };
  weightWidget?: { weight?: number | null };
}

export interface Widgets {
  assignees?: User[] | undefined;
  color?: string | undefined;
  description?: string | undefined;
  healthStatus?: Epic['healthStatus'] | undefined;
  /** Null takes it out of its parent. */
  parent?: Epic | null | undefined;
  children?: Item[] | undefined;
  labels?: Label[] | undefined;
  addLabels?: Label[] | undefined;
  removeLabels?: Label[] | undefined;
  milestone?: Milestone | null | undefined;
  startDate?: string | null | undefined;
  dueDate?: string | null | undefined;
  startDateIsFixed?: boolean | undefined;
  dueDateIsFixed?: boolean | undefined;
  weight?: number | null | undefined;
}

const NO_ITEM = 'No matching work item found. Make sure that you are adding a valid work item ID.';

/** What of it cannot be found is in `errors`, in GitLab's words. */
export function readWidgets(on: Resolving, place: Place, input: WidgetInputs): { widgets: Widgets; errors: string[] } {
  const { world } = on;
  const errors: string[] = [];
  const owners = lineage(place);
  const labels = (ids: GlobalId[] | undefined) =>
    ids && world.labels.filter(({ id, owner }) => numbers(ids).includes(id) && owners.includes(owner));
  const items = (ids: GlobalId[]) => {
    const found = numbers(ids).map((id) => findItem(on, id));
    if (found.includes(undefined)) errors.push(NO_ITEM);
    return found.filter((item) => item !== undefined);
  };
  const { parentId, childrenIds } = input.hierarchyWidget ?? {};
  if (parentId && childrenIds) errors.push('One and only one of children, parent or remove_child is required');
  const [parent] = parentId ? items([parentId]) : [];
  if (parent && parent.kind !== 'epic') errors.push(NO_ITEM);
  const milestoneId = input.milestoneWidget?.milestoneId;
  const dates = input.startAndDueDateWidget;
  const fixed = dates && (dates.isFixed ?? true);
  const widgets: Widgets = {
    assignees: input.assigneesWidget && people(on, place, input.assigneesWidget.assigneeIds),
    color: input.colorWidget?.color,
    description: input.descriptionWidget?.description,
    healthStatus: input.healthStatusWidget && (input.healthStatusWidget.healthStatus ?? null),
    parent: parentId === null ? null : parent?.kind === 'epic' ? parent : undefined,
    children: childrenIds && items(childrenIds),
    labels: labels(input.labelsWidget?.labelIds),
    addLabels: labels(input.labelsWidget?.addLabelIds),
    removeLabels: labels(input.labelsWidget?.removeLabelIds),
    milestone:
      milestoneId &&
      world.milestones.find(({ id, owner }) => numbers([milestoneId]).includes(id) && owners.includes(owner)),
    startDate: dates?.startDate,
    dueDate: dates?.dueDate,
    startDateIsFixed: fixed,
    dueDateIsFixed: fixed,
    weight: input.weightWidget && (input.weightWidget.weight ?? null),
  };
  return { widgets: milestoneId === null ? { ...widgets, milestone: null } : widgets, errors };
}

/** Users who may not see the place are left out without a word, as GitLab does. */
const people = ({ world }: Resolving, place: Place, ids: readonly GlobalId[]): User[] =>
  world.users.filter((user) => numbers(ids).includes(user.id) && maySee(world, user, place));
