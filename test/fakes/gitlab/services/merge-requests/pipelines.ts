import type { CiStatus, MergeRequest, Pipeline } from '../../world/types.js';
import type { World } from '../../world/world.js';

/** Pipelines of the source branch's commits in it and of the merge request itself, newest first. */
export function pipelinesOf({ pipelines }: World, one: MergeRequest): Pipeline[] {
  const shas = new Set(one.versions.map(({ headSha }) => headSha));
  const own = mergeRequestRef(one);
  return pipelines
    .filter(({ ref, sha, project }) => {
      if (ref === own) return project === one.project || project === one.sourceProject;
      return project === one.sourceProject && ref === one.sourceBranch && shas.has(sha);
    })
    .sort((a, b) => b.id - a.id);
}

export function headPipeline(world: World, one: MergeRequest): Pipeline | undefined {
  const head = one.versions.at(-1)?.headSha;
  return pipelinesOf(world, one).find(({ sha }) => sha === head);
}

export const mergeRequestRef = ({ iid }: MergeRequest): string => `refs/merge-requests/${iid}/head`;

const FINISHED: readonly CiStatus[] = ['success', 'failed', 'canceled', 'skipped', 'manual'];

export const isActive = ({ status }: Pipeline): boolean => !FINISHED.includes(status);
