// Whether a call may be made: by itself, after asking, or not at all.
import type { ToolInfo } from '../mcp/index.js';

export const approvalModes = ['ask', 'plan', 'all'] as const;
/** `ask`: each call that changes something asks. `plan`: the plan asks, then the copy may be changed. `all`: nothing asks. */
export type ApprovalMode = (typeof approvalModes)[number];

export type Decision = { verdict: 'allow' } | { verdict: 'ask' } | { verdict: 'deny'; reason: string };

/** Every tool here works on a copy without a network, so what is at stake is the copy, not the user's files. */
export function decide(tool: ToolInfo, mode: ApprovalMode, planApproved: boolean): Decision {
  if (tool.readOnly || mode === 'all') return { verdict: 'allow' };
  if (mode === 'ask') return { verdict: 'ask' };
  if (planApproved) return { verdict: 'allow' };
  return {
    verdict: 'deny',
    reason: 'The user has not approved a plan yet. Call update_plan with your steps first; reading is free meanwhile.',
  };
}
