import type { Member } from '../world/types.js';
import type { World } from '../world/world.js';
import { userBasic } from './user.js';

export function memberEntity(world: World, member: Member) {
  return {
    ...userBasic(world, member.user),
    access_level: member.accessLevel,
    created_at: member.createdAt,
    expires_at: member.expiresAt,
    membership_state: 'active',
  };
}
