import { type Commit, commitStats } from '../git/log.js';
import { pathOf } from '../world/places.js';
import type { Project } from '../world/types.js';
import type { World } from '../world/world.js';
import { pipelineBasic } from './pipeline.js';

/** GitLab's `Commit` entity. */
export function commitEntity(world: World, project: Project, commit: Commit) {
  return {
    id: commit.sha,
    short_id: commit.sha.slice(0, 8),
    created_at: commit.committedAt,
    parent_ids: commit.parents,
    title: commit.title,
    message: commit.message,
    author_name: commit.authorName,
    author_email: commit.authorEmail,
    authored_date: commit.authoredAt,
    committer_name: commit.committerName,
    committer_email: commit.committerEmail,
    committed_date: commit.committedAt,
    trailers: {},
    extended_trailers: {},
    web_url: `${world.url}/${pathOf(project)}/-/commit/${commit.sha}`,
  };
}

/** `CommitDetail`: with the status of its newest pipeline and, unless `stats` is false, how many lines changed. */
export function commitDetail(world: World, project: Project, commit: Commit, { stats = true } = {}) {
  const pipeline = world.pipelines.findLast((one) => one.project === project && one.sha === commit.sha);
  return {
    ...commitEntity(world, project, commit),
    ...(stats && { stats: commitStats(project.repository, commit) }),
    status: pipeline?.status ?? null,
    project_id: project.id,
    last_pipeline: pipeline ? pipelineBasic(world, pipeline) : null,
  };
}
