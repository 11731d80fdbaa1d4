// Users, and what they are members of.
import { capitalized, type Input } from './input.js';
import { lineage, type Place } from './places.js';
import type { World } from './world.js';

/** GitLab's access levels. An administrator passes every check. */
export const access = {
  none: 0,
  minimal: 5,
  guest: 10,
  planner: 15,
  reporter: 20,
  developer: 30,
  maintainer: 40,
  owner: 50,
} as const;

export type AccessLevel = (typeof access)[keyof typeof access];

export interface User {
  readonly kind: 'user';
  id: number;
  username: string;
  name: string;
  email: string;
  state: 'active' | 'blocked';
  admin: boolean;
  bot: boolean;
  createdAt: Date;
}

export interface Member {
  source: Place;
  user: User;
  accessLevel: AccessLevel;
  createdAt: Date;
  expiresAt: string | null;
}

export type UserInput = Input<User>;

export function newUser(world: World, input: UserInput): User {
  const id = world.ids.next('user');
  const username = input.username ?? `user${id}`;
  return {
    kind: 'user',
    id,
    username,
    name: capitalized(username),
    email: `${username}@example.com`,
    state: 'active',
    admin: false,
    bot: false,
    createdAt: world.now(),
    ...input,
  };
}

/** An author for what nobody is named for: a member, else the first user. */
export function anybody(world: World, place: Place | undefined): User {
  const places = place ? lineage(place) : [];
  const member = world.members.find((one) => places.includes(one.source) && !one.user.bot);
  return member?.user ?? world.users[0] ?? world.addUser();
}
