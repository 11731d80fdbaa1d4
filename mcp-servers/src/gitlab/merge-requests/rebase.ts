import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import { reveal } from '../../untrusted/index.js';
import type { Params } from '../client/endpoint.js';
import type { Call } from '../toolkit/call.js';
import { gitlabTool } from '../toolkit/tool.js';
import { currentState, oneMergeRequest } from './merge-status.js';

/** Milliseconds: about half a minute in all. */
const pauses = [200, 400, 800, 1600, 3000, 5000, 5000, 5000, 5000];

export const rebaseMergeRequest = gitlabTool({
  name: 'rebase_merge_request',
  title: 'Rebase merge request',
  description: 'Rebases the source branch onto the target branch and waits for it.',
  effect: 'change',
  endpoints: ['PUT /projects/:id/merge_requests/:merge_request_iid/rebase', oneMergeRequest],
  input: z.strictObject({
    merge_request: z.string(),
    project: z.string().optional(),
    skip_ci: z.boolean().optional(),
  }),
  output: z.looseObject({ rebase_in_progress: z.boolean(), sha: z.string().optional() }),
  async run({ merge_request, project, skip_ci }, call) {
    const { place, iid } = await call.mergeRequest(merge_request, project);
    const params = { id: place, merge_request_iid: iid };
    const before = await call.get(oneMergeRequest, { params }, currentState);
    const started = z.object({ rebase_in_progress: z.boolean().nullish() });
    await call.put(
      'PUT /projects/:id/merge_requests/:merge_request_iid/rebase',
      { params, body: { skip_ci } },
      started,
    );
    const after = await whenDone(call, params);
    // An error may be left from an earlier try, so the commits have to tell.
    const moved = after.sha !== before.sha;
    if (!after.rebase_in_progress && !moved && after.diverged_commits_count) throw failed(after.merge_error);
    const done = moved ? 'Rebased.' : 'There was nothing to rebase.';
    return {
      about: `merge request ${place.id}!${iid}`,
      data: {
        rebase_in_progress: after.rebase_in_progress === true,
        sha: after.sha,
        detailed_merge_status: after.detailed_merge_status,
      },
      note: after.rebase_in_progress ? 'The rebase is not done yet: look again with get_merge_request.' : done,
    };
  },
});

async function whenDone(call: Call<typeof oneMergeRequest>, params: Params<typeof oneMergeRequest>) {
  const query = { include_rebase_in_progress: true, include_diverged_commits_count: true };
  const look = () => call.get(oneMergeRequest, { params, query }, currentState);
  for (const pause of pauses) {
    const found = await look();
    if (!found.rebase_in_progress) return found;
    call.progress('GitLab is rebasing.');
    await sleep(pause, undefined, { signal: call.signal });
  }
  return look();
}

function failed(mergeError: string | null | undefined): ToolError {
  const said = mergeError ? ` GitLab says: ${JSON.stringify(reveal(mergeError).slice(0, 300))}.` : '';
  return new ToolError(
    'rebase-failed',
    `The rebase failed, and the branch is as it was.${said}`,
    'Where it conflicts (list_merge_request_items with kind conflicts), rebase locally and push.',
  );
}
