import { readCommit } from '../git/log.js';
import { pathOf } from '../world/places.js';
import type { Milestone, Release } from '../world/types.js';
import type { World } from '../world/world.js';
import { commitEntity } from './commit.js';
import { milestoneEntity } from './milestone.js';
import { userBasic } from './user.js';

export function releaseEntity(world: World, release: Release) {
  const { project, tagName, links } = release;
  const path = `/${pathOf(project)}`;
  const url = `${world.url}${path}`;
  const commit = readCommit(project.repository, `refs/tags/${tagName}`);
  const filter = (state: string) => `release_tag=${encodeURIComponent(tagName)}&scope=all&state=${state}`;
  const sources = ['zip', 'tar.gz', 'tar.bz2', 'tar'].map((format) => ({
    format,
    url: `${url}/-/archive/${tagName}/${project.path}-${tagName}.${format}`,
  }));
  return {
    name: release.name,
    tag_name: tagName,
    description: release.description,
    created_at: release.createdAt,
    released_at: release.releasedAt,
    upcoming_release: release.releasedAt > world.now(),
    author: userBasic(world, release.author),
    ...(commit && { commit: commitEntity(world, project, commit) }),
    ...(release.milestones.length > 0 && {
      milestones: release.milestones.map((milestone) => milestoneWithStats(world, milestone)),
    }),
    ...(commit && { commit_path: `${path}/-/commit/${commit.sha}` }),
    tag_path: `${path}/-/tags/${tagName}`,
    assets: {
      count: sources.length + links.length,
      sources,
      links: links.map((link) => ({
        id: link.id,
        name: link.name,
        url: link.url,
        direct_asset_url: link.url,
        link_type: link.linkType,
      })),
    },
    evidences: [],
    _links: {
      closed_issues_url: `${url}/-/issues?${filter('closed')}`,
      closed_merge_requests_url: `${url}/-/merge_requests?${filter('closed')}`,
      edit_url: `${url}/-/releases/${tagName}/edit`,
      merged_merge_requests_url: `${url}/-/merge_requests?${filter('merged')}`,
      opened_issues_url: `${url}/-/issues?${filter('opened')}`,
      opened_merge_requests_url: `${url}/-/merge_requests?${filter('opened')}`,
      self: `${url}/-/releases/${tagName}`,
    },
  };
}

function milestoneWithStats(world: World, milestone: Milestone) {
  const issues = world.issues.filter((issue) => issue.milestone === milestone);
  const closed = issues.filter(({ state }) => state === 'closed').length;
  return { ...milestoneEntity(world, milestone), issue_stats: { total: issues.length, closed } };
}
