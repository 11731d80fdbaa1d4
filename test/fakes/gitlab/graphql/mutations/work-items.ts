// `workItemCreate` and `workItemUpdate`.
import { GraphQLError } from 'graphql';
import { changeEpic, parentFault, titleFault } from '../../services/epics.js';
import { applyChanges } from '../../services/issuables/changes.js';
import { carryOut, readDescription } from '../../services/quick-actions/index.js';
import { levelOf } from '../../world/access.js';
import { access, type Epic, type Issue, type User } from '../../world/types.js';
import {
  collectErrors,
  findItem,
  findPlace,
  type Item,
  mayChange,
  notAvailable,
  placeOf,
  type Resolving,
} from '../context.js';
import type { GlobalId } from '../gid.js';
import { typeById } from '../types.js';
import { readWidgets, type WidgetInputs, type Widgets } from './widgets.js';

export interface CreateInput extends WidgetInputs {
  clientMutationId?: string;
  confidential?: boolean;
  createdAt?: Date;
  namespacePath?: string;
  projectPath?: string;
  title: string;
  workItemTypeId: GlobalId;
}

export interface UpdateInput extends WidgetInputs {
  clientMutationId?: string;
  confidential?: boolean;
  id: GlobalId;
  stateEvent?: 'CLOSE' | 'REOPEN';
  title?: string;
}

interface Change extends Widgets {
  title?: string | undefined;
  confidential?: boolean | undefined;
  state?: Item['state'] | undefined;
}

export function workItemCreate(input: CreateInput, on: Resolving) {
  const { namespacePath, projectPath, title, confidential } = input;
  const path = namespacePath ?? projectPath;
  if (path === undefined || (namespacePath !== undefined && projectPath !== undefined)) {
    throw new GraphQLError('Please provide either projectPath or namespacePath argument, but not both.');
  }
  const place = findPlace(on, path);
  const type = typeById(Number(input.workItemTypeId.id));
  const { world, user } = on;
  const needed = place?.kind === 'group' ? access.planner : access.guest;
  if (!user || !place || type?.ofGroups !== (place.kind === 'group') || levelOf(world, user, place) < needed) {
    throw notAvailable();
  }
  const { widgets, errors: missing } = readWidgets(on, place, input);
  const blank = titleFault(title);
  const depth = widgets.parent ? parentFault(undefined, widgets.parent) : undefined;
  const errors = [...(blank ? [`Title ${blank}`] : []), ...(depth ? [`cannot be added: ${depth}`] : []), ...missing];
  if (errors.length > 0) return { errors, workItem: null };
  const { description, commands } = readDescription(widgets.description);
  const createdAt = input.createdAt ?? world.now();
  const made = { title, author: user, createdAt, updatedAt: createdAt };
  const item: Item =
    place.kind === 'group'
      ? world.addEpic({ ...made, group: place })
      : world.addIssue({ ...made, project: place, type: type.type.toLowerCase() as Issue['type'] });
  change(on, user, item, { ...widgets, description: description ?? undefined, confidential }, { quiet: true });
  carryOut(on.request, item, commands);
  item.updatedAt = createdAt;
  return { errors: [], workItem: item };
}

export function workItemUpdate(input: UpdateInput, on: Resolving) {
  const { title, confidential, stateEvent } = input;
  const item = findItem(on, Number(input.id.id));
  const { user } = on;
  if (!user || !item || !mayChange(on, item)) throw notAvailable();
  const { widgets, errors: missing } = readWidgets(on, placeOf(item), input);
  const faults = [...missing, ...childFaults(item, widgets.children)];
  const { description, commands } = readDescription(widgets.description);
  const state = stateEvent && (stateEvent === 'CLOSE' ? 'closed' : 'opened');
  const wanted: Change = { ...widgets, description: description ?? undefined, title, confidential, state };
  const errors = faults.length > 0 ? faults : collectErrors(() => change(on, user, item, wanted));
  if (errors.length > 0) return { errors, workItem: null };
  carryOut(on.request, item, commands);
  return { errors, workItem: item };
}

function childFaults(item: Item, children: readonly Item[] = []): string[] {
  return children.flatMap((child) => {
    const fault = item.kind !== 'epic' || child.kind !== 'epic' ? undefined : parentFault(child, item);
    return fault ? [`#${child.iid} cannot be added: ${fault}`] : [];
  });
}

/** Throws what REST answers with, before anything changed. */
function change(on: Resolving, user: User, item: Item, wanted: Change, options: { quiet?: boolean } = {}): void {
  if (item.kind === 'epic') updateEpic(on, item, wanted);
  else updateIssue(on, user, item, wanted, options);
  for (const child of wanted.children ?? []) {
    if (item.kind !== 'epic') throw notAvailable();
    if (child.kind === 'epic') changeEpic(on.world, child, { parent: item });
    else child.epic = item;
  }
}

function updateEpic({ world }: Resolving, epic: Epic, wanted: Change): void {
  const { assignees, milestone, healthStatus, children: _, weight: __, ...changes } = wanted;
  changeEpic(world, epic, changes);
  if (assignees) epic.assignees = assignees;
  if (milestone !== undefined) epic.milestone = milestone ?? undefined;
  if (healthStatus !== undefined) epic.healthStatus = healthStatus;
}

function updateIssue(
  { world }: Resolving,
  user: User,
  issue: Issue,
  wanted: Change,
  options: { quiet?: boolean },
): void {
  const { title, description, state, confidential, assignees, milestone, parent, weight } = wanted;
  const labelIds = (labels: Change['labels']) => labels?.map(({ id }) => id);
  const changes = {
    title,
    description,
    confidential,
    weight,
    state_event: state && (state === 'closed' ? ('close' as const) : ('reopen' as const)),
    assignee_ids: assignees?.map(({ id }) => id),
    label_ids: labelIds(wanted.labels),
    add_label_ids: labelIds(wanted.addLabels),
    remove_label_ids: labelIds(wanted.removeLabels),
    milestone_id: milestone === null ? null : milestone?.id,
    due_date: wanted.dueDate,
    start_date: wanted.startDate,
    epic_id: parent === null ? null : parent?.id,
  };
  applyChanges(world, issue, defined(changes), user, options);
}

/** Without the keys whose value is undefined. */
function defined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof defined<T>
  >;
}
