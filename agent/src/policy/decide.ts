// Whether a call may be made: by itself, after asking, or not at all.
import type { ToolInfo } from '../mcp/index.js';

export const approvalModes = ['ask', 'plan', 'all'] as const;
/**
 * `ask`: each call that changes something asks. `plan`: the plan asks, then the copy may be changed; what acts outside of
 * the sandbox still asks. `all`: nothing asks.
 */
export type ApprovalMode = (typeof approvalModes)[number];

export type Decision = { verdict: 'allow' } | { verdict: 'ask' } | { verdict: 'deny'; reason: string };

/** Most tools work on a copy without a network: there the copy is at stake. What reaches outside acts at once. */
export function decide(tool: ToolInfo, mode: ApprovalMode, planApproved: boolean): Decision {
  if (tool.readOnly || mode === 'all') return { verdict: 'allow' };
  if (mode === 'ask') return { verdict: 'ask' };
  if (planApproved) return { verdict: tool.outward ? 'ask' : 'allow' };
  return {
    verdict: 'deny',
    reason: 'The user has not approved a plan yet. Call update_plan with your steps first; reading is free meanwhile.',
  };
}
