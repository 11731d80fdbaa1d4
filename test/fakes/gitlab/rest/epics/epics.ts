// Epics themselves: /groups/:id/epics.
import * as z from 'zod';
import { epicEntity } from '../../entities/epic.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { invalid, notFound, type Reply } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { changeEpic, type EpicChanges, parentFault, titleFault } from '../../services/epics.js';
import { carryOut, readDescription } from '../../services/quick-actions/index.js';
import { contains } from '../../services/search.js';
import { maySeeEpic } from '../../world/access.js';
import { ancestors } from '../../world/places.js';
import type { Epic, Group, Label } from '../../world/types.js';
import { sorted } from '../sorting.js';
import { authorizeChange, findEpic, reading, writing } from './find.js';

const excluded = z.object({
  labels: p.csv().optional(),
  author_id: p.integer().optional(),
  author_username: p.string().optional(),
});

const listParams = z.object({
  order_by: p.oneOf('created_at', 'updated_at', 'title').default('created_at'),
  sort: p.oneOf('asc', 'desc').default('desc'),
  search: p.string().optional(),
  state: p.oneOf('opened', 'closed', 'all').default('all'),
  author_id: p.integer().optional(),
  author_username: p.string().optional(),
  labels: p.csv().optional(),
  with_labels_details: p.boolean().default(false),
  created_after: p.time().optional(),
  created_before: p.time().optional(),
  updated_after: p.time().optional(),
  updated_before: p.time().optional(),
  include_ancestor_groups: p.boolean().default(false),
  include_descendant_groups: p.boolean().default(true),
  my_reaction_emoji: p.string().optional(),
  confidential: p.boolean().optional(),
  not: excluded.optional(),
});

const date = () => p.date().nullable().optional();

const changes = z.object({
  description: p.string().nullable().optional(),
  color: z
    .string()
    .regex(/^#([0-9a-fA-F]{3}){1,2}$/)
    .optional(),
  confidential: p.boolean().optional(),
  start_date: date(),
  start_date_fixed: date(),
  start_date_is_fixed: p.boolean().optional(),
  end_date: date(),
  due_date_fixed: date(),
  due_date_is_fixed: p.boolean().optional(),
  labels: p.csv().optional(),
  parent_id: p.integer().nullable().optional(),
});

const createParams = changes.extend({ title: p.string(), created_at: p.time().optional() });

const updateParams = changes.extend({
  title: p.string().optional(),
  updated_at: p.time().optional(),
  add_labels: p.csv().optional(),
  remove_labels: p.csv().optional(),
  state_event: p.oneOf('close', 'reopen').optional(),
});

export const epics: Route[] = [
  route(
    'GET',
    '/groups/:id/epics',
    { ...reading, params: listParams, mutuallyExclusive: [['author_id', 'author_username']] },
    list,
  ),
  route(
    'GET',
    '/groups/:id/-/epics',
    { ...reading, params: listParams, mutuallyExclusive: [['author_id', 'author_username']] },
    list,
  ),

  route('GET', '/groups/:id/epics/:epic_iid', reading, (context) =>
    epicEntity(context.world, findEpic(context), { subscriber: context.user }),
  ),

  route('POST', '/groups/:id/epics', { ...writing, params: createParams, limit: 'epics_create' }, (context) => {
    const group = context.group();
    authorizeChange(context, group);
    return epicEntity(context.world, createEpic(context, group));
  }),

  route(
    'PUT',
    '/groups/:id/epics/:epic_iid',
    { ...writing, params: updateParams, atLeastOneOf: Object.keys(updateParams.omit({ updated_at: true }).shape) },
    (context) => {
      const epic = findEpic(context);
      authorizeChange(context, epic.group);
      const { params, world } = context;
      const { description, commands } = readDescription(params.description);
      changeEpic(world, epic, {
        ...asked(context, epic.group),
        description,
        title: params.title,
        state: params.state_event && (params.state_event === 'close' ? 'closed' : 'opened'),
        addLabels: labelsOf(context, epic.group, params.add_labels),
        removeLabels: labelsOf(context, epic.group, params.remove_labels),
      });
      carryOut(context, epic, commands);
      return epicEntity(world, epic, { subscriber: context.user });
    },
  ),
];

function createEpic(context: Context<z.output<typeof createParams>>, group: Group): Epic {
  const { world, params, currentUser: author } = context;
  const title = titleFault(params.title);
  if (title) throw invalid({ title: [title] });
  const { description, commands } = readDescription(params.description);
  const wanted = { ...asked(context, group), description };
  const parent = wanted.parent ? parentFault(undefined, wanted.parent) : undefined;
  if (parent) throw invalid({ parent: [parent] });
  const createdAt = params.created_at ?? world.now();
  const epic = world.addEpic({ group, author, title: params.title, createdAt, updatedAt: createdAt });
  changeEpic(world, epic, wanted);
  carryOut(context, epic, commands);
  return epic;
}

/** What creating and updating have in common. */
function asked(context: Context<z.output<typeof changes>>, group: Group): EpicChanges {
  const { params } = context;
  const start = params.start_date_fixed ?? params.start_date;
  const due = params.due_date_fixed ?? params.end_date;
  return {
    color: params.color,
    confidential: params.confidential,
    startDate: start === '' ? null : start,
    startDateIsFixed: params.start_date_is_fixed,
    dueDate: due === '' ? null : due,
    dueDateIsFixed: params.due_date_is_fixed,
    labels: labelsOf(context, group, params.labels),
    parent:
      params.parent_id === null ? null : params.parent_id === undefined ? undefined : byId(context, params.parent_id),
  };
}

function byId<P>({ world, user }: Context<P>, id: number): Epic {
  const epic = world.epics.find((one) => one.id === id);
  if (!epic || !maySeeEpic(world, user, epic)) throw notFound('Epic');
  return epic;
}

/** Labels that are not there are made, as GitLab does. */
function labelsOf<P>({ world }: Context<P>, group: Group, names: readonly string[] | undefined): Label[] | undefined {
  return names?.map((name) => world.label(group, name));
}

function list(context: Context<z.output<typeof listParams>>): Reply {
  const { world, user, params } = context;
  const group = context.group();
  const { author_id, author_username, created_after, created_before, updated_after, updated_before, not } = params;
  const found = world.epics.filter(
    (epic) =>
      inReach(context, group, epic.group) &&
      maySeeEpic(world, user, epic) &&
      (params.state === 'all' || epic.state === params.state) &&
      (params.search === undefined || contains(params.search, epic.title, epic.description)) &&
      (author_id === undefined || epic.author.id === author_id) &&
      (author_username === undefined || epic.author.username === author_username) &&
      (params.labels === undefined || params.labels.every((name) => hasLabel(epic, name))) &&
      (params.confidential === undefined || epic.confidential === params.confidential) &&
      (created_after === undefined || epic.createdAt >= created_after) &&
      (created_before === undefined || epic.createdAt <= created_before) &&
      (updated_after === undefined || epic.updatedAt >= updated_after) &&
      (updated_before === undefined || epic.updatedAt <= updated_before) &&
      // Nobody ever reacts here.
      (params.my_reaction_emoji === undefined || params.my_reaction_emoji === 'None') &&
      !(not?.labels?.some((name) => hasLabel(epic, name)) ?? false) &&
      (not?.author_id === undefined || epic.author.id !== not.author_id) &&
      (not?.author_username === undefined || epic.author.username !== not.author_username),
  );
  const key = { created_at: 'createdAt', updated_at: 'updatedAt', title: 'title' } as const;
  const rows = sorted(found, (epic) => epic[key[params.order_by]], params.sort);
  return context.paginate(rows, (epic) => epicEntity(world, epic, { labelDetails: params.with_labels_details, group }));
}

const hasLabel = (epic: Epic, name: string): boolean => epic.labels.some((label) => label.name === name);

function inReach({ params }: Context<z.output<typeof listParams>>, group: Group, of: Group): boolean {
  if (of === group) return true;
  if (params.include_descendant_groups && ancestors(of).includes(group)) return true;
  return params.include_ancestor_groups && ancestors(group).includes(of);
}
