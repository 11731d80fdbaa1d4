import type { User } from '../world/types.js';
import type { World } from '../world/world.js';

/** `UserBasic`: how a user appears inside of other entities. */
export function userBasic(world: World, user: User) {
  return {
    id: user.id,
    username: user.username,
    public_email: null,
    name: user.name,
    state: user.state,
    locked: false,
    avatar_url: `${world.url}/uploads/-/system/user/avatar/${user.id}/avatar.png`,
    web_url: `${world.url}/${user.username}`,
  };
}

export const optionalUser = (world: World, user: User | undefined) => (user ? userBasic(world, user) : null);
