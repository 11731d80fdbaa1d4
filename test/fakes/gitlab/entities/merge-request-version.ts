import { readDiff } from '../git/diff.js';
import { readCommits } from '../git/log.js';
import type { MergeRequest, MergeRequestVersion } from '../world/types.js';
import type { World } from '../world/world.js';
import { commitEntity } from './commit.js';
import { diffEntity } from './diff.js';

/** `MergeRequestDiff` */
export function versionEntity(one: MergeRequest, version: MergeRequestVersion) {
  const { repository } = one.project;
  const names = repository?.git('diff', '--name-only', version.baseSha, version.headSha) ?? '';
  return {
    id: version.id,
    head_commit_sha: version.headSha,
    base_commit_sha: version.baseSha,
    start_commit_sha: version.startSha,
    created_at: version.createdAt,
    merge_request_id: one.id,
    state: 'collected',
    real_size: String(names.split('\n').filter(Boolean).length),
    patch_id_sha: null,
  };
}

/** `MergeRequestDiffFull` */
export function versionWithChanges(world: World, one: MergeRequest, version: MergeRequestVersion, unidiff: boolean) {
  const { project } = one;
  return {
    ...versionEntity(one, version),
    commits: commitsOf(one, version).map((commit) => commitEntity(world, project, commit)),
    diffs: diffsOf(one, version).map((diff) => diffEntity(diff, { unidiff })),
  };
}

/** Newest first. */
export function commitsOf({ project }: MergeRequest, version: MergeRequestVersion | undefined) {
  const { repository } = project;
  return repository && version ? readCommits(repository, `${version.baseSha}..${version.headSha}`) : [];
}

export function diffsOf({ project }: MergeRequest, version: MergeRequestVersion | undefined) {
  const { repository } = project;
  return repository && version ? readDiff(repository, version.baseSha, version.headSha) : [];
}
