import * as z from 'zod';
import type { Params } from '../client/endpoint.js';
import type { Call } from '../toolkit/call.js';
import { responseFormat } from '../toolkit/fields.js';
import { whereOffered } from '../toolkit/offered.js';
import { gitlabTool } from '../toolkit/tool.js';
import { approvals } from './approvals.js';
import { oneMergeRequest, settled, whyNotMergeable } from './merge-status.js';
import { approvalsView, mergeRequestView, reviewerView } from './views.js';

const reviewers = 'GET /projects/:id/merge_requests/:merge_request_iid/reviewers';

export const getMergeRequest = gitlabTool({
  name: 'get_merge_request',
  title: 'Get merge request',
  description:
    'One merge request with its description, and why it cannot be merged if so. detailed adds approvals and reviews. Comments: list_notes.',
  effect: 'read',
  endpoints: [oneMergeRequest, approvals, reviewers],
  input: z.strictObject({
    merge_request: z.string(),
    project: z.string().optional(),
    response_format: responseFormat,
  }),
  output: z.looseObject({ iid: z.int(), title: z.string(), state: z.string(), sha: z.string().optional() }),
  async run({ merge_request, project, response_format }, call) {
    const { place, iid } = await call.mergeRequest(merge_request, project);
    const params = { id: place, merge_request_iid: iid };
    const detailed = response_format === 'detailed';
    const query = { include_diverged_commits_count: detailed || undefined };
    const found = await settled(call, { params, query }, mergeRequestView(response_format));
    const why = found['state'] === 'opened' ? whyNotMergeable(found) : undefined;
    const review = detailed ? await reviewOf(call, params) : {};
    const notes = [
      why && `It cannot be merged now: ${why}.`,
      detailed && !review.approvals && 'GitLab does not show its approvals to this token.',
    ];
    return {
      about: `merge request ${place.id}!${iid}`,
      data: { ...found, ...review },
      note: notes.filter(Boolean).join(' '),
    };
  },
});

async function reviewOf(
  call: Call<typeof approvals | typeof reviewers>,
  params: Params<typeof approvals | typeof reviewers>,
) {
  const [approval, reviews] = await Promise.all([
    whereOffered(call.get(approvals, { params }, approvalsView)),
    whereOffered(call.list(reviewers, { params, limit: 100 }, reviewerView)),
  ]);
  return { ...(approval && { approvals: approval }), ...(reviews && { reviewers: reviews.items }) };
}
