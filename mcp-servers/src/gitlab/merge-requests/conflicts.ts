// Whether a merge request has conflicts, and where. GitLab's API says only whether: a conflict needs a file that both
// sides changed since they parted, and those can be told.
import type { Call } from '../toolkit/call.js';
import type { FileDiff } from '../toolkit/diffs.js';
import type { Located } from '../toolkit/places.js';
import { compare, compared } from './changed-files.js';
import { currentState, oneMergeRequest, settled, whyNotMergeable } from './merge-status.js';

export const conflictEndpoints = [oneMergeRequest, compare] as const;

export async function conflictsOf(call: Call<(typeof conflictEndpoints)[number]>, { place, iid }: Located) {
  const params = { id: place, merge_request_iid: iid };
  const current = await settled(call, { params }, currentState);
  const has_conflicts = current.has_conflicts === true || current.detailed_merge_status === 'conflict';
  if (!has_conflicts || !current.sha) {
    const why = current.state === 'opened' ? whyNotMergeable(current) : undefined;
    return { data: { has_conflicts, items: [] }, note: why ? `No conflict is known, but ${why}.` : 'No conflicts.' };
  }
  const source = { from: current.target_branch, to: current.sha, straight: false };
  const target = { from: current.sha, to: current.target_branch, straight: false };
  const [ours, theirs] = await Promise.all([compared(call, place, source), compared(call, place, target)]);
  const changedThere = new Set(theirs.flatMap(namesOf));
  const items = ours.filter((file) => namesOf(file).some((name) => changedThere.has(name)));
  return {
    data: { has_conflicts, items: items.map(({ path }) => ({ path })) },
    note: 'It has conflicts. GitLab does not say where: these files were changed on both sides since they parted, so the conflicts are in some of them. To see the lines, merge the target branch locally.',
  };
}

function namesOf({ path, old_path }: FileDiff): string[] {
  return old_path === undefined ? [path] : [path, old_path];
}
