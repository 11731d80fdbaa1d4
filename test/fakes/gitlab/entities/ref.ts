// Branches and tags.
import { readCommit } from '../git/log.js';
import type { Tag } from '../git/tags.js';
import { mayPush } from '../world/access.js';
import { pathOf } from '../world/places.js';
import type { Project, User } from '../world/types.js';
import type { World } from '../world/world.js';
import { commitEntity } from './commit.js';

export function branchEntity(world: World, project: Project, name: string, user: User | undefined) {
  const { repository, defaultBranch } = project;
  const commit = readCommit(project.repository, `refs/heads/${name}`);
  const target = repository?.resolve(`refs/heads/${defaultBranch}`);
  const merged = name !== defaultBranch && commit && target && repository?.mergeBase(target, commit.sha) === commit.sha;
  return {
    name,
    commit: commit && commitEntity(world, project, commit),
    merged: Boolean(merged),
    protected: project.protectedBranches.includes(name),
    developers_can_push: false,
    developers_can_merge: false,
    can_push: mayPush(world, user, project, name),
    default: name === defaultBranch,
    web_url: `${world.url}/${pathOf(project)}/-/tree/${encodeURI(name)}`,
  };
}

export function tagEntity(world: World, project: Project, tag: Tag) {
  const commit = readCommit(project.repository, `refs/tags/${tag.name}`);
  const release = world.releases.find((one) => one.project === project && one.tagName === tag.name);
  return {
    name: tag.name,
    message: tag.message,
    target: tag.target,
    commit: commit && commitEntity(world, project, commit),
    release: release ? { tag_name: release.tagName, description: release.description } : null,
    protected: false,
    created_at: tag.createdAt,
  };
}
