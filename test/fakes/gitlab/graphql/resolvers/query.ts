// The fields of `Query`.
import type { User } from '../../world/types.js';
import { findItem, findPlace, type Resolving } from '../context.js';
import { type GlobalId, numbers } from '../gid.js';

interface ByPath {
  fullPath: string;
}

export const query = {
  Query: {
    currentUser: (_: unknown, __: unknown, { user }: Resolving) => user,

    namespace: (_: unknown, { fullPath }: ByPath, on: Resolving) => findPlace(on, fullPath),

    group(_: unknown, { fullPath }: ByPath, on: Resolving) {
      const place = findPlace(on, fullPath);
      return place?.kind === 'group' ? place : null;
    },

    project(_: unknown, { fullPath }: ByPath, on: Resolving) {
      const place = findPlace(on, fullPath);
      return place?.kind === 'project' ? place : null;
    },

    user(_: unknown, { id, username }: { id?: GlobalId; username?: string }, { world, user }: Resolving) {
      const wanted = (one: User) => (id ? numbers([id]).includes(one.id) : one.username === username);
      return user && world.users.find(wanted);
    },

    workItem: (_: unknown, { id }: { id: GlobalId }, on: Resolving) => findItem(on, Number(id.id)),

    metadata: (_: unknown, __: unknown, { instance, user }: Resolving) =>
      user && { version: instance.version, revision: '6c5a2d1e4f0', enterprise: instance.edition === 'ee' },
  },
};
