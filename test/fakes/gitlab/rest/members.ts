// Members of projects and groups: the direct ones, and all, with those inherited from the groups above.
import * as z from 'zod';
import { memberEntity } from '../entities/member.js';
import type { Context } from '../http/context.js';
import { p } from '../http/params.js';
import { notFound } from '../http/reply.js';
import { type Route, route } from '../http/route.js';
import { contains } from '../services/search.js';
import { lineage } from '../world/places.js';
import type { Member, Place } from '../world/types.js';

const listParams = z.object({ query: p.string().optional(), user_ids: p.integers().optional() });

const direct = ({ world }: Context, source: Place): Member[] =>
  world.members.filter((member) => member.source === source);

/** One entry a user, with the highest level. */
function all({ world }: Context, source: Place): Member[] {
  const sources = lineage(source);
  const highest = new Map<number, Member>();
  for (const member of world.members.filter((one) => sources.includes(one.source))) {
    const known = highest.get(member.user.id);
    if (!known || known.accessLevel < member.accessLevel) highest.set(member.user.id, member);
  }
  return [...highest.values()];
}

function membersOf(
  kind: 'projects' | 'groups',
  suffix: string,
  find: (context: Context, source: Place) => Member[],
): Route[] {
  const source = (context: Context) => (kind === 'projects' ? context.project() : context.group());
  return [
    route('GET', `/${kind}/:id/members${suffix}`, { params: listParams, authenticated: true }, (context) => {
      const { query = '', user_ids } = context.params;
      const found = find(context, source(context)).filter(
        ({ user }) => contains(query, user.name, user.username) && (user_ids?.includes(user.id) ?? true),
      );
      return context.paginate(found, (member) => memberEntity(context.world, member));
    }),
    route('GET', `/${kind}/:id/members${suffix}/:user_id`, { authenticated: true }, (context) => {
      const id = context.id('user_id');
      const member = find(context, source(context)).find(({ user }) => user.id === id);
      if (!member) throw notFound();
      return memberEntity(context.world, member);
    }),
  ];
}

export const members: Route[] = [
  ...membersOf('projects', '/all', all),
  ...membersOf('groups', '/all', all),
  ...membersOf('projects', '', direct),
  ...membersOf('groups', '', direct),
];
