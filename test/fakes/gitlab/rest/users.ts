import * as z from 'zod';
import { userBasic, userProfile } from '../entities/user.js';
import type { Context } from '../http/context.js';
import { p } from '../http/params.js';
import { notFound } from '../http/reply.js';
import { type Route, route } from '../http/route.js';
import { contains } from '../services/search.js';
import type { User } from '../world/types.js';
import { sorted } from './sorting.js';

const scopes = ['read_user'];

/** By number or username. Throws `404 User Not Found`. */
export function findUser({ world }: Context, id: string): User {
  const found = world.users.find((user) => (/^\d+$/.test(id) ? user.id === Number(id) : user.username === id));
  if (!found) throw notFound('User');
  return found;
}

const listParams = z.object({
  username: p.string().optional(),
  search: p.string().optional(),
  active: p.boolean().default(false),
  blocked: p.boolean().default(false),
  humans: p.boolean().default(false),
});

export const users: Route[] = [
  route('GET', '/users', { params: listParams, scopes, authenticated: true }, (context) => {
    const { username, search = '', active, blocked, humans } = context.params;
    const found = context.world.users.filter(
      (user) =>
        (username === undefined || user.username.toLowerCase() === username.toLowerCase()) &&
        (contains(search, user.name, user.username) || user.email === search) &&
        (!active || user.state === 'active') &&
        (!blocked || user.state === 'blocked') &&
        (!humans || !user.bot),
    );
    return context.paginate(
      sorted<User>(found, ({ id }) => id, 'desc'),
      (user) => userBasic(context.world, user),
    );
  }),

  route('GET', '/users/:id', { scopes }, (context) => {
    const user = context.world.users.find(({ id }) => id === context.id('id'));
    if (!user || !context.user) throw notFound('User');
    return {
      ...userProfile(context.world, user),
      followers: 0,
      following: 0,
      is_followed: false,
      local_time: null,
    };
  }),
];
