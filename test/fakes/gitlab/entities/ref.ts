// Branches and tags.
import { levelOf } from '../services/access.js';
import { pathOf } from '../world/places.js';
import type { Repository } from '../world/repository.js';
import { access, type Project, type User } from '../world/types.js';
import type { World } from '../world/world.js';
import { commitEntity, readCommit } from './commit.js';

/** Developers may push to what is not protected, maintainers to everything. */
export function mayPush(world: World, user: User | undefined, project: Project, branch: string): boolean {
  const needed = project.protectedBranches.includes(branch) ? access.maintainer : access.developer;
  return levelOf(world, user, project) >= needed && !project.archived;
}

export function branchEntity(world: World, project: Project, name: string, user: User | undefined) {
  const { repository, defaultBranch } = project;
  const commit = readCommit(project, `refs/heads/${name}`);
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

export interface Tag {
  name: string;
  /** Of the tag object, for an annotated tag; otherwise of the commit. */
  target: string;
  message: string;
  /** Null for a lightweight tag. */
  createdAt: Date | null;
}

export function readTags(repository: Repository): Tag[] {
  const format = ['%(refname:lstrip=2)', '%(objectname)', '%(objecttype)', '%(taggerdate:iso-strict)', '%(contents)'];
  const output = repository.git('for-each-ref', `--format=${format.join('%1f')}%1e`, 'refs/tags');
  return output
    .split('\x1e')
    .map((record) => record.replace(/^\n/, '').split('\x1f'))
    .filter(([name]) => name)
    .map(([name = '', target = '', type, date = '', message = '']) => ({
      name,
      target,
      message: type === 'tag' ? message.trimEnd() : '',
      createdAt: date ? new Date(date) : null,
    }));
}

export function tagEntity(world: World, project: Project, tag: Tag) {
  const commit = readCommit(project, `refs/tags/${tag.name}`);
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
