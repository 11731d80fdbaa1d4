import { approvalsLeft, eligibleApprovers, hasApproved, mayApprove } from '../services/merge-requests/approvals.js';
import { mergeStatus } from '../services/merge-requests/mergeability.js';
import type { MergeRequest, User } from '../world/types.js';
import type { World } from '../world/world.js';
import { issuableEntity } from './issuable.js';
import { userBasic } from './user.js';

/** What `/approvals`, approving and unapproving answer; `user` is who asks. */
export function approvalsEntity(world: World, one: MergeRequest, user: User | undefined) {
  const left = approvalsLeft(one);
  return {
    ...issuableEntity(one),
    merge_status: mergeStatus(one),
    approved: left === 0,
    approvals_required: one.project.approvalsRequired,
    approvals_left: left,
    require_password_to_approve: false,
    approved_by: one.approvals.map((approval) => ({ user: userBasic(world, approval.user), approved_at: approval.at })),
    suggested_approvers: suggested(world, one).map((one) => userBasic(world, one)),
    approvers: [],
    approver_groups: [],
    user_has_approved: hasApproved(one, user),
    user_can_approve: mayApprove(world, user, one),
    approval_rules_left: left > 0 ? [{ id: ruleId(one), name: 'All Members', rule_type: 'any_approver' }] : [],
    has_approval_rules: one.project.approvalsRequired > 0,
    merge_request_approvers_available: true,
    multiple_approval_rules_available: true,
    invalid_approvers_rules: [],
  };
}

/** `/approval_state`: by rules. */
export function approvalState(world: World, one: MergeRequest) {
  const { approvalsRequired } = one.project;
  const approvers = one.approvals.map(({ user }) => userBasic(world, user));
  return {
    approval_rules_overwritten: false,
    rules: [
      {
        id: ruleId(one),
        name: 'All Members',
        rule_type: 'any_approver',
        report_type: null,
        eligible_approvers: [],
        approvals_required: approvalsRequired,
        users: [],
        groups: [],
        contains_hidden_groups: false,
        section: null,
        source_rule: null,
        overridden: false,
        code_owner: false,
        approved_by: approvers,
        approved: approvalsLeft(one) === 0,
      },
    ],
  };
}

/** Of the merge request's one rule: nothing else has this number. */
const ruleId = ({ id }: MergeRequest): number => 100_000 + id;

function suggested(world: World, one: MergeRequest): User[] {
  return eligibleApprovers(world, one).filter((user) => !hasApproved(one, user));
}
