import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Params } from '../client/endpoint.js';
import { GitLabError } from '../client/errors.js';
import type { Call } from '../toolkit/call.js';
import { gitlabTool } from '../toolkit/tool.js';
import { currentState, oneMergeRequest, settled, whyNotMergeable } from './merge-status.js';
import { mergeRequestView } from './views.js';

const merge = 'PUT /projects/:id/merge_requests/:merge_request_iid/merge';

export const mergeMergeRequest = gitlabTool({
  name: 'merge_merge_request',
  title: 'Merge',
  description:
    'Merges, if `sha` (the full head commit that was reviewed) still is the head. auto_merge: once its pipeline succeeds.',
  effect: 'execute',
  endpoints: [merge, oneMergeRequest],
  input: z.strictObject({
    merge_request: z.string(),
    project: z.string().optional(),
    sha: z.string().regex(/^[0-9a-f]{40,64}$/),
    auto_merge: z.boolean().optional(),
    squash: z.boolean().optional(),
    should_remove_source_branch: z.boolean().optional(),
    merge_commit_message: z.string().optional(),
    squash_commit_message: z.string().optional(),
  }),
  output: z.looseObject({ iid: z.int(), state: z.string() }),
  async run({ merge_request, project, auto_merge, ...rest }, call) {
    const { place, iid } = await call.mergeRequest(merge_request, project);
    const params = { id: place, merge_request_iid: iid };
    // Before 17.11 it has the longer name, and a server that does not know the name would merge at once.
    const body = { ...rest, auto_merge, merge_when_pipeline_succeeds: auto_merge };
    try {
      const data = await call.put(merge, { params, body }, mergeRequestView('concise'));
      const waiting = data['state'] !== 'merged' && auto_merge;
      return {
        about: `merge request ${place.id}!${iid}`,
        data,
        ...(waiting && { note: 'It is set to be merged when its pipeline succeeds.' }),
      };
    } catch (error) {
      throw await explained(error, call, params, rest.sha);
    }
  },
});

/** GitLab's statuses tell little (405 is anything, 401 is a missing role): what it is now tells more. */
async function explained(
  error: unknown,
  call: Call<typeof oneMergeRequest>,
  params: Params<typeof oneMergeRequest>,
  sha: string,
): Promise<unknown> {
  if (!(error instanceof GitLabError) || ![401, 405, 406, 409, 422].includes(error.status)) return error;
  const current = await settled(call, { params }, currentState);
  const why = whyNotMergeable(current);
  if (error.status === 409 && current.sha !== sha) {
    const head = /^[0-9a-f]{40,64}$/.exec(current.sha ?? '')?.[0] ?? 'another commit';
    return new ToolError(
      'stale',
      `The source branch has moved on: its head is ${head}, not ${sha}. Nothing was merged.`,
      'Review what is new with list_merge_request_diffs and since_version, then merge with the new sha.',
    );
  }
  if (error.status === 401 && why === undefined) {
    return new ToolError(
      'not-allowed',
      "The token's user may not merge into the target branch.",
      'Tell the user who may: those with the role that the protected branch demands.',
    );
  }
  if (why === undefined) return error;
  return new ToolError('not-mergeable', `It cannot be merged now: ${why}. Nothing was merged.`, 'Mend that first.');
}
