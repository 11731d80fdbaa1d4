import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Params } from '../client/endpoint.js';
import { GitLabError } from '../client/errors.js';
import type { Call } from '../toolkit/call.js';
import { gitlabTool } from '../toolkit/tool.js';
import { approvals } from './approvals.js';
import { approvalsView } from './views.js';

const approve = 'POST /projects/:id/merge_requests/:merge_request_iid/approve';
const unapprove = 'POST /projects/:id/merge_requests/:merge_request_iid/unapprove';

export const approveMergeRequest = gitlabTool({
  name: 'approve_merge_request',
  title: 'Approve merge request',
  description:
    'Approves, or takes the own approval back. `sha`: the head commit that was reviewed; refused if it moved on.',
  effect: 'change',
  endpoints: [approve, unapprove, approvals],
  input: z.strictObject({
    merge_request: z.string(),
    project: z.string().optional(),
    action: z.enum(['approve', 'unapprove']).default('approve'),
    sha: z.string().optional(),
  }),
  output: z.looseObject({ approved: z.boolean().optional() }),
  async run({ merge_request, project, action, sha }, call) {
    const { place, iid } = await call.mergeRequest(merge_request, project);
    const params = { id: place, merge_request_iid: iid };
    try {
      const data =
        action === 'approve'
          ? await call.post(approve, { params, body: { sha } }, approvalsView)
          : await call.post(unapprove, { params }, approvalsView);
      return { about: `approvals of merge request ${place.id}!${iid}`, data };
    } catch (error) {
      throw await explained(error, call, params);
    }
  },
});

/** GitLab says 401 to who may not approve and 404 to who has nothing to take back: neither is about the token or the place. */
async function explained(error: unknown, call: Call<typeof approvals>, params: Params<typeof approvals>) {
  if (!(error instanceof GitLabError)) return error;
  if (error.status === 409) {
    return new ToolError(
      'stale',
      `The source branch has moved on since that commit. Nothing was approved. ${error.message}`,
      'Review what is new with list_merge_request_diffs and since_version, then approve with the new sha.',
    );
  }
  if (error.status !== 401 && error.status !== 404) return error;
  const { user_has_approved, user_can_approve } = await call.get(approvals, { params }, approvalsView);
  if (error.status === 404) {
    return user_has_approved
      ? error
      : new ToolError('not-approved', 'There is no approval of this user to take back.', 'Leave it as it is.');
  }
  const why = user_has_approved
    ? 'this user has approved it already'
    : user_can_approve
      ? 'GitLab wants the password or a sign-in for it'
      : 'this user is not among those who may (authors and committers often are not)';
  return new ToolError('not-allowed', `It cannot be approved: ${why}.`, 'Leave it to somebody else: tell the user.');
}
