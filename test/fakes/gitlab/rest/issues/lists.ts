// Lists of issues, of a project, of a group and of all that the user sees, and how many they are.
import * as z from 'zod';
import { issueEntity } from '../../entities/issue.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { type Reply, unauthorized } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { maySeeIssue } from '../../world/access.js';
import { ancestors } from '../../world/places.js';
import type { Group, Issue, User } from '../../world/types.js';
import { DUE_WORDS, isDue } from '../issuables/due.js';
import { byPeople, matches } from '../issuables/filters.js';
import { ISSUE_ORDERS, ordered } from '../issuables/order.js';
import { filterParams, filterRules, noneAny } from '../issuables/params.js';

const SCOPES = ['created_by_me', 'assigned_to_me', 'all', 'created-by-me', 'assigned-to-me'] as const;

const filters = z.object({
  ...filterParams,
  scope: p.oneOf(...SCOPES).default('all'),
  issue_type: p.oneOf('issue', 'incident', 'test_case', 'task').optional(),
  confidential: p.boolean().optional(),
  due_date: p.oneOf(...DUE_WORDS).optional(),
  weight: noneAny().optional(),
  epic_id: noneAny().optional(),
  closed_by_id: p.integer().optional(),
});

const params = filters.extend({
  state: p.oneOf('opened', 'closed', 'all').default('all'),
  order_by: p.oneOf(...ISSUE_ORDERS).default('created_at'),
});

const mine = { scope: p.oneOf(...SCOPES).default('created_by_me'), non_archived: p.boolean().default(true) };

/** Any other order is paged by number, whatever is asked for. */
const KEYSET_ORDERS = ['created_at', 'updated_at', 'due_date', 'relative_position'];
const needs = { ...filterRules, scopes: ['ai_workflows'] };

export const lists: Route[] = [
  route('GET', '/issues', { ...needs, params: params.extend(mine) }, (context) => {
    if (!context.user && context.params.scope !== 'all') throw unauthorized();
    return list(context, visible(context));
  }),

  route('GET', '/groups/:id/issues', { ...needs, params }, (context) => {
    const group = context.group();
    return list(context, ofGroup(context, group), group);
  }),

  route('GET', '/projects/:id/issues', { ...needs, params, jobToken: true }, (context) => {
    const project = context.project();
    return list(
      context,
      visible(context).filter((issue) => issue.project === project),
    );
  }),

  route('GET', '/issues_statistics', { ...needs, params: filters.extend(mine) }, (context) => {
    context.currentUser;
    return statistics(context, visible(context));
  }),

  route('GET', '/groups/:id/issues_statistics', { ...needs, params: filters }, (context) =>
    statistics(context, ofGroup(context, context.group())),
  ),

  route('GET', '/projects/:id/issues_statistics', { ...needs, params: filters }, (context) => {
    const project = context.project();
    return statistics(
      context,
      visible(context).filter((issue) => issue.project === project),
    );
  }),
];

const visible = ({ world, user }: Context<unknown>): Issue[] =>
  world.issues.filter((issue) => maySeeIssue(world, user, issue));

function ofGroup(context: Context<{ non_archived?: boolean | undefined }>, group: Group): Issue[] {
  const { params } = context;
  return visible(context)
    .filter(({ project }) => ancestors(project).includes(group))
    .filter(({ project }) => !project.archived || params.non_archived === false);
}

function list(context: Context<z.output<typeof params>>, issues: readonly Issue[], group?: Group): Reply {
  const { world, params } = context;
  const found = filtered(context, issues).filter(({ state }) => params.state === 'all' || state === params.state);
  const rows = ordered(found, params.order_by, params.sort);
  const present = (issue: Issue) => issueEntity(world, issue, { labelDetails: params.with_labels_details, group });
  return context.given['pagination'] === 'keyset' && KEYSET_ORDERS.includes(params.order_by)
    ? context.paginateByKey(rows, present, ({ id }) => id)
    : context.paginate(rows, present);
}

function filtered({ world, user, params }: Context<z.output<typeof filters>>, issues: readonly Issue[]): Issue[] {
  const { confidential, issue_type, due_date, weight, epic_id, closed_by_id } = params;
  const now = world.now();
  const matching = matches(world, params);
  return issues
    .filter(matching)
    .filter(inScope(params.scope, user))
    .filter((one) => confidential === undefined || one.confidential === confidential)
    .filter((one) => issue_type === undefined || one.type === issue_type)
    .filter((one) => due_date === undefined || isDue(due_date, one.dueDate, now))
    .filter((one) => weight === undefined || isOrNone(one.weight, weight))
    .filter((one) => epic_id === undefined || isOrNone(one.epic?.id ?? null, epic_id))
    .filter((one) => closed_by_id === undefined || one.closedBy?.id === closed_by_id);
}

function inScope(scope: (typeof SCOPES)[number], user: User | undefined): (issue: Issue) => boolean {
  if (scope === 'all' || !user) return () => true;
  if (scope.startsWith('created')) return ({ author }) => author === user;
  return byPeople(({ assignees }: Issue) => assignees, String(user.id));
}

function isOrNone(value: number | null, wanted: string): boolean {
  const word = wanted.toLowerCase();
  if (word === 'none') return value === null;
  return word === 'any' ? value !== null : String(value) === wanted;
}

function statistics(context: Context<z.output<typeof filters>>, issues: readonly Issue[]) {
  const found = filtered(context, issues);
  const closed = found.filter(({ state }) => state === 'closed').length;
  return { statistics: { counts: { all: found.length, closed, opened: found.length - closed } } };
}
