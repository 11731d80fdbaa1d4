import * as z from 'zod';
import { releaseEntity } from '../entities/release.js';
import type { Context } from '../http/context.js';
import { p } from '../http/params.js';
import { forbidden, notFound } from '../http/reply.js';
import { type Route, route } from '../http/route.js';
import { mayReadCode } from '../world/access.js';
import type { Project } from '../world/types.js';

const listParams = z.object({
  order_by: p.oneOf('released_at', 'created_at').default('released_at'),
  sort: p.oneOf('asc', 'desc').default('desc'),
});

export const releases: Route[] = [
  route('GET', '/projects/:id/releases', { params: listParams, jobToken: true }, (context) => {
    const project = projectOf(context);
    const { order_by, sort } = context.params;
    const sign = sort === 'asc' ? 1 : -1;
    const found = context.world.releases
      .filter((release) => release.project === project)
      .sort((a, b) => {
        const [left, right] = order_by === 'created_at' ? [a.createdAt, b.createdAt] : [a.releasedAt, b.releasedAt];
        return sign * (left.getTime() - right.getTime());
      });
    return context.paginate(found, (release) => releaseEntity(context.world, release));
  }),

  route('GET', '/projects/:id/releases/:tag_name', { jobToken: true }, (context) => {
    const project = projectOf(context);
    const { world, path } = context;
    const found = world.releases.find((one) => one.project === project && one.tagName === path['tag_name']);
    if (!found) throw notFound();
    return releaseEntity(world, found);
  }),
];

function projectOf(context: Context): Project {
  const project = context.project();
  if (!mayReadCode(context.world, context.user, project)) throw forbidden();
  return project;
}
