import { pathOf } from '../world/places.js';
import type { Group, User } from '../world/types.js';
import type { World } from '../world/world.js';

/** `NamespaceBasic`: the group or user that a project belongs to. */
export function namespaceBasic(world: World, namespace: Group | User) {
  const group = namespace.kind === 'group' ? namespace : undefined;
  return {
    id: namespace.id,
    name: namespace.name,
    path: group?.path ?? pathOf(namespace),
    kind: namespace.kind,
    full_path: pathOf(namespace),
    parent_id: group?.parent?.id ?? null,
    avatar_url: null,
    web_url: `${world.url}/${group ? 'groups/' : ''}${pathOf(namespace)}`,
  };
}

/** `Acme / Platform`. */
export function fullName(one: Group | User): string {
  return one.kind === 'group' && one.parent ? `${fullName(one.parent)} / ${one.name}` : one.name;
}
