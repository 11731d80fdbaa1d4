import { pathOf } from '../world/places.js';
import type { Group } from '../world/types.js';
import type { World } from '../world/world.js';
import { fullName } from './namespace.js';

export function groupEntity(world: World, group: Group) {
  return {
    id: group.id,
    web_url: `${world.url}/groups/${pathOf(group)}`,
    name: group.name,
    path: group.path,
    description: group.description,
    visibility: group.visibility,
    share_with_group_lock: false,
    require_two_factor_authentication: false,
    two_factor_grace_period: 48,
    project_creation_level: 'developer',
    auto_devops_enabled: null,
    subgroup_creation_level: 'maintainer',
    emails_disabled: false,
    emails_enabled: true,
    mentions_disabled: null,
    lfs_enabled: true,
    archived: false,
    default_branch: null,
    default_branch_protection: 2,
    avatar_url: null,
    request_access_enabled: true,
    full_name: fullName(group),
    full_path: pathOf(group),
    created_at: group.createdAt,
    parent_id: group.parent?.id ?? null,
    organization_id: 1,
    shared_runners_setting: 'enabled',
    max_artifacts_size: null,
    marked_for_deletion_on: null,
  };
}
