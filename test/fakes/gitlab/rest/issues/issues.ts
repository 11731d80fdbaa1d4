// One issue: get, create, update.
import * as z from 'zod';
import { issueEntity } from '../../entities/issue.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { forbidden, notFound, renderError } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { applyChanges, type Changes, validate } from '../../services/issuables/changes.js';
import { findIssue } from '../../services/issuables/find.js';
import { requestedMetadata } from '../../services/issuables/requested.js';
import { carryOut, readDescription, refuseForAgents } from '../../services/quick-actions/index.js';
import { ancestors } from '../../world/places.js';
import { access, type Issue, type Project } from '../../world/types.js';
import { changeParams, changeRules, idOrNone } from '../issuables/params.js';

const dated = () => p.date().nullable();

const issueParams = {
  ...changeParams,
  title: p.string().optional(),
  confidential: p.boolean().optional(),
  due_date: dated().optional(),
  start_date: dated().optional(),
  weight: z.preprocess((value) => (value === '' ? null : value), p.integer().nullable()).optional(),
  issue_type: p.oneOf('issue', 'incident', 'test_case', 'task').optional(),
  severity: p.oneOf('unknown', 'low', 'medium', 'high', 'critical').optional(),
  epic_id: idOrNone().optional(),
  epic_iid: idOrNone().optional(),
};

type IssueParams = z.output<z.ZodObject<typeof issueParams>>;

const createParams = z.object({
  ...issueParams,
  title: p.string(),
  iid: p.integer().optional(),
  created_at: p.time().optional(),
});

const updateParams = z.object({
  ...issueParams,
  state_event: p.oneOf('reopen', 'close').optional(),
  updated_at: p.time().optional(),
});

const UPDATES = [
  'assignee_id',
  'assignee_ids',
  'confidential',
  'created_at',
  'description',
  'discussion_locked',
  'due_date',
  'start_date',
  'labels',
  'add_labels',
  'remove_labels',
  'milestone_id',
  'milestone',
  'state_event',
  'title',
  'issue_type',
  'severity',
  'weight',
  'epic_id',
  'epic_iid',
];

const scopes = ['ai_workflows'];

export const single: Route[] = [
  route('GET', '/issues/:issue_id', { authenticated: true, scopes }, (context) => {
    context.authorizeAdmin();
    const id = context.id('issue_id');
    const issue = context.world.issues.find((one) => one.id === id);
    if (!issue) throw notFound();
    return issueEntity(context.world, issue, { subscriber: context.user });
  }),

  route('GET', '/projects/:id/issues/:issue_iid', { scopes, jobToken: true }, (context) =>
    issueEntity(context.world, findIssue(context), { subscriber: context.user }),
  ),

  route(
    'POST',
    '/projects/:id/issues',
    { ...changeRules, params: createParams, scopes, limit: 'issues_create' },
    (context) => {
      const { params, world, currentUser } = context;
      const project = context.project();
      if (!project.issuesEnabled || project.archived) throw forbidden();
      const { iid, created_at } = context.can(access.owner, project) ? params : {};
      const { description, commands } = readDescription(params.description);
      refuseForAgents(context, commands);
      const changes = requested(context, project, { ...params, description }, context.can(access.guest, project));
      validate({ timeSpent: 0 }, changes);
      if (iid !== undefined && world.issues.some((one) => one.project === project && one.iid === iid)) {
        throw renderError(409, 'Duplicated issue');
      }
      const issue = world.addIssue({
        project,
        title: params.title,
        description: description ?? null,
        author: currentUser,
        confidential: params.confidential ?? false,
        ...(iid !== undefined && { iid }),
        ...(created_at && { createdAt: created_at }),
      });
      applyChanges(world, issue, changes, currentUser, { quiet: true });
      carryOut(context, issue, commands);
      return issueEntity(world, issue, { subscriber: currentUser });
    },
  ),

  route(
    'PUT',
    '/projects/:id/issues/:issue_iid',
    { ...changeRules, params: updateParams, atLeastOneOf: UPDATES, scopes },
    (context) => {
      const { params, world, currentUser } = context;
      const issue = findIssue(context);
      const { project } = issue;
      const own = issue.author === currentUser || issue.assignees.includes(currentUser);
      if (!own) context.authorize(access.planner, project);
      const { description, commands } = readDescription(params.description);
      refuseForAgents(context, commands);
      const changes = requested(context, project, { ...params, description }, context.can(access.planner, project));
      if (params.state_event) changes.state_event = params.state_event;
      applyChanges(world, issue, changes, currentUser);
      carryOut(context, issue, commands);
      if (params.updated_at && context.can(access.owner, project)) issue.updatedAt = params.updated_at;
      return issueEntity(world, issue, { subscriber: currentUser });
    },
  ),
];

/** What is asked for; without the right to manage issues only the text. */
function requested(context: Context<unknown>, project: Project, params: IssueParams, managing: boolean): Changes {
  const { title, description, confidential, due_date, start_date, weight, issue_type, severity } = params;
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(issue_type && { issue_type }),
    ...(managing && {
      ...requestedMetadata(context, project, params),
      ...(confidential !== undefined && { confidential }),
      ...(due_date !== undefined && { due_date: due_date || null }),
      ...(start_date !== undefined && { start_date: start_date || null }),
      ...(weight !== undefined && { weight }),
      ...(severity && { severity: severity.toUpperCase() as Issue['severity'] }),
      ...requestedEpic(context, project, params),
    }),
  };
}

/** By the epic's global id, or by its iid in the nearest group. */
function requestedEpic({ world }: Context<unknown>, project: Project, { epic_id, epic_iid }: IssueParams): Changes {
  if (epic_id === undefined && epic_iid === undefined) return {};
  const groups = ancestors(project);
  const epic = world.epics.find(({ id, iid, group }) =>
    epic_id === undefined ? iid === epic_iid && groups.includes(group) : id === epic_id,
  );
  return { epic_id: epic?.id ?? null };
}
