import { pathOf } from '../world/places.js';
import type { Epic, Group, User } from '../world/types.js';
import type { World } from '../world/world.js';
import { labelBasic, labelNames } from './label.js';
import { userBasic } from './user.js';

export interface EpicOptions {
  /** Labels as objects. */
  labelDetails?: boolean | undefined;
  /** The group that was asked for. */
  group?: Group | undefined;
  /** For a single epic: whether this user hears of changes. */
  subscriber?: User | undefined;
}

export const epicUrl = (world: World, { group, iid }: Epic): string =>
  `${world.url}/groups/${pathOf(group)}/-/epics/${iid}`;

/** `Epic`. Dates that are not fixed follow from what is in the epic. */
export function epicEntity(world: World, epic: Epic, options: EpicOptions = {}) {
  const { group, parent } = epic;
  const api = `${world.url}/api/v4/groups/${group.id}`;
  const start = dates(epic.startDate, epic.startDateIsFixed);
  const due = dates(epic.dueDate, epic.dueDateIsFixed);
  return {
    id: epic.id,
    work_item_id: epic.workItemId,
    iid: epic.iid,
    color: epic.color,
    text_color: '#FFFFFF',
    group_id: group.id,
    parent_id: parent?.id ?? null,
    parent_iid: parent?.iid ?? null,
    imported: false,
    imported_from: 'none',
    title: epic.title,
    description: epic.description,
    confidential: epic.confidential,
    author: userBasic(world, epic.author),
    start_date: epic.startDate,
    start_date_is_fixed: epic.startDateIsFixed,
    start_date_fixed: start.fixed,
    start_date_from_inherited_source: start.inherited,
    start_date_from_milestones: start.inherited,
    end_date: epic.dueDate,
    due_date: epic.dueDate,
    due_date_is_fixed: epic.dueDateIsFixed,
    due_date_fixed: due.fixed,
    due_date_from_inherited_source: due.inherited,
    due_date_from_milestones: due.inherited,
    state: epic.state,
    web_edit_url: epicUrl(world, epic),
    web_url: epicUrl(world, epic),
    references: epicReferences(epic, options.group ?? group),
    created_at: epic.createdAt,
    updated_at: epic.updatedAt,
    closed_at: epic.closedAt ?? null,
    labels: options.labelDetails ? epic.labels.map(labelBasic) : labelNames(epic.labels),
    upvotes: epic.upvotes,
    downvotes: epic.downvotes,
    ...(options.subscriber && { subscribed: epic.author === options.subscriber }),
    _links: {
      self: `${api}/epics/${epic.iid}`,
      epic_issues: `${api}/epics/${epic.iid}/issues`,
      group: api,
      parent: parent ? `${world.url}/api/v4/groups/${parent.group.id}/epics/${parent.iid}` : null,
    },
  };
}

/** `LinkedEpic`: an epic among the children of another. */
export function linkedEpic(world: World, epic: Epic) {
  const { group, parent } = epic;
  return {
    id: epic.id,
    iid: epic.iid,
    title: epic.title,
    group_id: group.id,
    parent_id: parent?.id ?? null,
    has_children: world.epics.some((one) => one.parent === epic),
    has_issues: world.issues.some((issue) => issue.epic === epic),
    reference: `&${epic.iid}`,
    url: epicUrl(world, epic),
    relation_url: parent ? `${epicUrl(world, parent)}/links/${epic.id}` : null,
  };
}

/** `relative` is short within the group that was asked. */
function epicReferences({ group, iid }: Epic, from: Group) {
  const full = `${pathOf(group)}&${iid}`;
  return { short: `&${iid}`, relative: from === group ? `&${iid}` : full, full };
}

const dates = (date: string | null, isFixed: boolean) => ({
  fixed: isFixed ? date : null,
  inherited: isFixed ? null : date,
});
