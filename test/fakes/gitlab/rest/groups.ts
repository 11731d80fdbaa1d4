import * as z from 'zod';
import { groupEntity } from '../entities/group.js';
import { basicProject } from '../entities/project.js';
import type { Context } from '../http/context.js';
import { p } from '../http/params.js';
import type { Reply } from '../http/reply.js';
import { type Route, route } from '../http/route.js';
import { contains } from '../services/search.js';
import { levelOf, maySee } from '../world/access.js';
import { ancestors, pathOf } from '../world/places.js';
import { access, type Group } from '../world/types.js';
import { listProjects, listParams as projectParams } from './projects.js';
import { sorted } from './sorting.js';

const listParams = z.object({
  search: p.string().optional(),
  owned: p.boolean().default(false),
  min_access_level: p.integer().optional(),
  top_level_only: p.boolean().default(false),
  skip_groups: p.integers().default([]),
  order_by: p.oneOf('name', 'path', 'id', 'similarity').default('name'),
  sort: p.oneOf('asc', 'desc').default('asc'),
});

function listGroups(context: Context<z.output<typeof listParams>>, candidates: readonly Group[]): Reply {
  const { params, user, world } = context;
  const found = candidates.filter((group) => {
    const level = levelOf(world, user, group);
    return (
      maySee(world, user, group) &&
      (!params.search || contains(params.search, group.name, pathOf(group))) &&
      (!params.owned || level >= access.owner) &&
      (!params.top_level_only || !group.parent) &&
      !params.skip_groups.includes(group.id) &&
      level >= (params.min_access_level ?? 0)
    );
  });
  const key = (group: Group) =>
    params.order_by === 'id' ? group.id : (params.order_by === 'path' ? group.path : group.name).toLowerCase();
  return context.paginate(sorted<Group>(found, key, params.sort), (group) => groupEntity(world, group));
}

const inside = z.object({
  ...projectParams.shape,
  include_subgroups: p.boolean().default(false),
  include_ancestor_groups: p.boolean().default(false),
});

export const groups: Route[] = [
  route('GET', '/groups', { params: listParams }, (context) => listGroups(context, context.world.groups)),

  route('GET', '/groups/:id', { params: z.object({ with_projects: p.boolean().default(true) }) }, (context) => {
    const group = context.group();
    const { user, world } = context;
    const projects = world.projects.filter((one) => one.namespace === group && maySee(world, user, one));
    return {
      ...groupEntity(world, group),
      shared_with_groups: [],
      ...(context.params.with_projects && {
        projects: projects.slice(0, 100).map((project) => basicProject(world, project, user)),
        shared_projects: [],
      }),
    };
  }),

  route('GET', '/groups/:id/subgroups', { params: listParams }, (context) => {
    const group = context.group();
    return listGroups(
      context,
      context.world.groups.filter(({ parent }) => parent === group),
    );
  }),

  route('GET', '/groups/:id/descendant_groups', { params: listParams }, (context) => {
    const group = context.group();
    return listGroups(
      context,
      context.world.groups.filter((one) => ancestors(one).includes(group)),
    );
  }),

  route('GET', '/groups/:id/projects', { params: inside }, (context) => {
    const group = context.group();
    const { world, params } = context;
    return listProjects(
      context,
      world.projects.filter((project) =>
        params.include_subgroups ? ancestors(project).includes(group) : project.namespace === group,
      ),
    );
  }),
];
