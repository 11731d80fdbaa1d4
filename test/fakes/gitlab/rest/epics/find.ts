// Finding the epic of a request, and whether the instance has the API at all.
import type { Context } from '../../http/context.js';
import { forbidden, notFound, unauthorized } from '../../http/reply.js';
import type { Instance } from '../../http/route.js';
import { maySeeEpic } from '../../world/access.js';
import { access, type Epic, type Group } from '../../world/types.js';

/** Epics are for Premium and Ultimate; where work items took over, only GraphQL has them. */
const epicsByRest = ({ edition, restEpics }: Instance): boolean => edition === 'ee' && restEpics;

export const reading = { scopes: ['ai_workflows'], when: epicsByRest };
export const writing = { scopes: ['ai_workflows'], when: epicsByRest };

/** The epic `:epic_iid` of the group `:id`. Throws a 404. */
export function findEpic<P>(context: Context<P>): Epic {
  const group = context.group();
  const iid = context.id('epic_iid');
  const epic = context.world.epics.find((one) => one.group === group && one.iid === iid);
  if (!epic || !maySeeEpic(context.world, context.user, epic)) throw notFound();
  return epic;
}

/** Throws a 403 unless the user may change epics of the group. */
export function authorizeChange<P>(context: Context<P>, group: Group): void {
  if (!context.can(access.planner, group)) throw context.user ? forbidden() : unauthorized();
}
