// The time estimated for and spent on issues and merge requests, in seconds.
import * as z from 'zod';
import { timeStats } from '../../entities/issuable.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { status } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { applyChanges, type Changes } from '../../services/issuables/changes.js';
import { parseDuration } from '../../services/issuables/duration.js';
import { findIssue, findMergeRequest } from '../../services/issuables/find.js';
import { type AccessLevel, access, type Issuable } from '../../world/types.js';

const estimate = z.object({ duration: p.string() });
const spent = estimate.extend({ summary: z.string().optional() });

export const timeTracking: Route[] = [
  ...routesOf('/projects/:id/issues/:issue_iid', (context) => findIssue(context), access.planner, ['ai_workflows']),
  ...routesOf(
    '/projects/:id/merge_requests/:merge_request_iid',
    (context) => findMergeRequest(context),
    access.developer,
  ),
];

function routesOf(
  path: string,
  find: (context: Context<unknown>) => Issuable,
  level: AccessLevel,
  scopes: string[] = [],
): Route[] {
  const change = (context: Context<unknown>, changes: Changes) => {
    const one = find(context);
    context.authorize(level, one.project);
    applyChanges(context.world, one, changes, context.currentUser);
    return timeStats(one);
  };
  return [
    route('GET', `${path}/time_stats`, { scopes: ['ai_workflows'] }, (context) => timeStats(find(context))),
    route('POST', `${path}/time_estimate`, { params: estimate, scopes }, (context) =>
      status(200, change(context, { time_estimate: parseDuration(context.params.duration) ?? Number.NaN })),
    ),
    route('POST', `${path}/reset_time_estimate`, { scopes }, (context) =>
      status(200, change(context, { time_estimate: 0 })),
    ),
    route('POST', `${path}/add_spent_time`, { params: spent, scopes }, (context) => {
      const { duration, summary } = context.params;
      const seconds = parseDuration(duration) ?? Number.NaN;
      return change(context, { spend_time: { duration: seconds, summary, user_id: context.currentUser.id } });
    }),
    route('POST', `${path}/reset_spent_time`, { scopes }, (context) =>
      status(200, change(context, { spend_time: { duration: 'reset', user_id: context.currentUser.id } })),
    ),
  ];
}
