// Who approved, and what is missing.
import * as z from 'zod';
import type { Call } from '../toolkit/call.js';
import { number, people, text } from '../toolkit/fields.js';
import { whereOffered } from '../toolkit/offered.js';
import type { Located } from '../toolkit/places.js';
import { approvalsView } from './views.js';

export const approvals = 'GET /projects/:id/merge_requests/:merge_request_iid/approvals';
const state = 'GET /projects/:id/merge_requests/:merge_request_iid/approval_state';
export const approvalEndpoints = [approvals, state] as const;

const usernames = people.transform((names) => names?.join(', '));

const rules = z.object({
  rules: z
    .array(
      z
        .object({
          name: text,
          approved: z.boolean().nullish(),
          approvals_required: number,
          approved_by: usernames,
          eligible_approvers: usernames,
        })
        .transform(({ name, ...rest }) => ({ rule: name, ...rest })),
    )
    .nullish(),
});

/** The approvals, and as items the rules, where the instance has any. */
export async function approvalsOf(call: Call<(typeof approvalEndpoints)[number]>, { place, iid }: Located) {
  const params = { id: place, merge_request_iid: iid };
  const summary = await call.get(approvals, { params }, approvalsView);
  const found = await whereOffered(call.get(state, { params }, rules));
  return { data: { ...summary, items: found?.rules ?? [] } };
}
