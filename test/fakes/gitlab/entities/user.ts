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

/** `User`: with what people say of themselves, as on their page. */
export function userProfile(world: World, user: User) {
  return {
    ...userBasic(world, user),
    created_at: user.createdAt,
    bio: '',
    location: '',
    linkedin: '',
    twitter: '',
    discord: '',
    website_url: '',
    github: '',
    job_title: '',
    pronouns: null,
    organization: '',
    bot: user.bot,
    work_information: null,
  };
}

/** `UserPublic`, as far as one sees it of oneself. */
export function ownUser(world: World, user: User) {
  return {
    ...userProfile(world, user),
    local_time: null,
    last_sign_in_at: null,
    confirmed_at: user.createdAt,
    last_activity_on: world.now().toISOString().slice(0, 10),
    email: user.email,
    theme_id: 1,
    color_scheme_id: 1,
    projects_limit: 100_000,
    current_sign_in_at: null,
    identities: [],
    can_create_group: true,
    can_create_project: true,
    two_factor_enabled: false,
    external: false,
    private_profile: false,
    commit_email: user.email,
    ...(user.admin && { is_admin: true, note: null }),
  };
}
