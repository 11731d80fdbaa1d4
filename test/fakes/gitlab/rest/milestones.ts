// Milestones of projects and groups. They are addressed by their global id.
import * as z from 'zod';
import { issueBasic } from '../entities/issue-basic.js';
import { mergeRequestBasic } from '../entities/merge-request.js';
import { milestoneEntity } from '../entities/milestone.js';
import type { Context } from '../http/context.js';
import { p } from '../http/params.js';
import { invalid, notFound } from '../http/reply.js';
import { type Route, route } from '../http/route.js';
import { contains } from '../services/search.js';
import { maySeeIssue, maySeeMergeRequests } from '../world/access.js';
import { lineage } from '../world/places.js';
import { access, type Milestone, type Place } from '../world/types.js';
import { sorted } from './sorting.js';

const listParams = z.object({
  iids: p.integers().optional(),
  state: p.oneOf('active', 'closed', 'all').default('all'),
  title: p.string().optional(),
  search: p.string().optional(),
  include_ancestors: p.boolean().default(false),
  include_parent_milestones: p.boolean().default(false),
  updated_after: p.time().optional(),
  updated_before: p.time().optional(),
});

const fields = {
  description: p.string().optional(),
  due_date: p.date().optional(),
  start_date: p.date().optional(),
};

const createParams = z.object({ title: p.string(), ...fields });
const updateParams = z.object({
  title: p.string().optional(),
  ...fields,
  state_event: p.oneOf('close', 'activate').optional(),
});

function milestonesOf(kind: 'projects' | 'groups'): Route[] {
  const owner = (context: Context): Place => (kind === 'projects' ? context.project() : context.group());
  const find = (context: Context): Milestone => {
    const [source, id] = [owner(context), context.id('milestone_id')];
    const found = context.world.milestones.find((one) => one.owner === source && one.id === id);
    if (!found) throw notFound('Milestone');
    return found;
  };
  return [
    route('GET', `/${kind}/:id/milestones`, { params: listParams }, (context) => {
      const { params, world } = context;
      const source = owner(context);
      const inherited = params.include_ancestors || params.include_parent_milestones;
      const sources = inherited ? lineage(source) : [source];
      const found = world.milestones.filter(
        (one) =>
          sources.includes(one.owner) &&
          (params.iids?.includes(one.iid) ?? true) &&
          (params.state === 'all' || one.state === params.state) &&
          (params.title === undefined || one.title === params.title) &&
          contains(params.search ?? '', one.title, one.description) &&
          (!params.updated_after || one.updatedAt >= params.updated_after) &&
          (!params.updated_before || one.updatedAt <= params.updated_before),
      );
      return context.paginate(
        sorted<Milestone>(found, ({ id }) => id, 'desc'),
        (milestone) => milestoneEntity(world, milestone),
      );
    }),

    route('GET', `/${kind}/:id/milestones/:milestone_id`, {}, (context) =>
      milestoneEntity(context.world, find(context)),
    ),

    route('GET', `/${kind}/:id/milestones/:milestone_id/issues`, {}, (context) => {
      const milestone = find(context);
      const { user, world } = context;
      const found = world.issues.filter((issue) => issue.milestone === milestone && maySeeIssue(world, user, issue));
      return context.paginate(found, (issue) => issueBasic(world, issue));
    }),

    route('GET', `/${kind}/:id/milestones/:milestone_id/merge_requests`, {}, (context) => {
      const milestone = find(context);
      const { user, world } = context;
      const found = world.mergeRequests.filter(
        (one) => one.milestone === milestone && maySeeMergeRequests(world, user, one.project),
      );
      return context.paginate(found, (one) => mergeRequestBasic(world, one));
    }),

    route('POST', `/${kind}/:id/milestones`, { params: createParams }, (context) => {
      const { params, world } = context;
      const source = owner(context);
      context.authorize(access.planner, source);
      check(context, source, params);
      const milestone = world.addMilestone({
        owner: source,
        title: params.title,
        description: params.description ?? '',
        dueDate: params.due_date || null,
        startDate: params.start_date || null,
      });
      return milestoneEntity(world, milestone);
    }),

    route(
      'PUT',
      `/${kind}/:id/milestones/:milestone_id`,
      { params: updateParams, atLeastOneOf: Object.keys(updateParams.shape) },
      (context) => {
        const { params, world } = context;
        const source = owner(context);
        context.authorize(access.planner, source);
        const milestone = find(context);
        if (params.title !== undefined) check(context, source, { ...params, title: params.title }, milestone);
        const { title = milestone.title, description = milestone.description, state_event } = params;
        Object.assign(milestone, {
          title,
          description,
          dueDate: params.due_date === undefined ? milestone.dueDate : params.due_date || null,
          startDate: params.start_date === undefined ? milestone.startDate : params.start_date || null,
          state: state_event ? { close: 'closed', activate: 'active' }[state_event] : milestone.state,
          updatedAt: world.now(),
        });
        return milestoneEntity(world, milestone);
      },
    ),
  ];
}

interface Given {
  title: string;
  due_date?: string | undefined;
  start_date?: string | undefined;
}

function check({ world }: Context, source: Place, given: Given, itself?: Milestone): void {
  const { title, due_date, start_date } = given;
  const taken = world.milestones.some((one) => one !== itself && one.owner === source && one.title === title);
  if (title.trim() === '') throw invalid({ title: ["can't be blank"] });
  if (taken) throw invalid({ title: ['has already been taken'] });
  if (start_date && due_date && due_date < start_date) {
    throw invalid({ due_date: ['must be greater than start date'] });
  }
}

export const milestones: Route[] = [...milestonesOf('projects'), ...milestonesOf('groups')];
