// Users, labels and milestones.
import { pathOf } from '../../world/places.js';
import type { Label, Milestone, User } from '../../world/types.js';
import type { Resolving } from '../context.js';
import { gid } from '../gid.js';

const user = {
  id: ({ id }: User) => gid('User', id),
  webUrl: ({ username }: User, _: unknown, { world }: Resolving) => `${world.url}/${username}`,
  webPath: ({ username }: User) => `/${username}`,
  avatarUrl: ({ id }: User) => `/uploads/-/system/user/avatar/${id}/avatar.png`,
  publicEmail: () => null,
};

export const people = {
  UserCore: user,
  CurrentUser: user,

  Label: {
    id: ({ id, owner }: Label) => gid(owner.kind === 'group' ? 'GroupLabel' : 'ProjectLabel', id),
    title: ({ name }: Label) => name,
    textColor: () => '#FFFFFF',
    // Labels here do not know when they were made: with what they belong to.
    createdAt: ({ owner }: Label) => owner.createdAt,
    updatedAt: ({ owner }: Label) => owner.createdAt,
  },

  Milestone: {
    id: ({ id }: Milestone) => gid('Milestone', id),
    startDate: ({ startDate }: Milestone) => startDate && new Date(startDate),
    dueDate: ({ dueDate }: Milestone) => dueDate && new Date(dueDate),
    expired: ({ dueDate }: Milestone, _: unknown, { world }: Resolving) =>
      dueDate !== null && dueDate < world.now().toISOString().slice(0, 10),
    webPath: ({ owner, iid }: Milestone) =>
      `${owner.kind === 'group' ? '/groups' : ''}/${pathOf(owner)}/-/milestones/${iid}`,
  },
};
