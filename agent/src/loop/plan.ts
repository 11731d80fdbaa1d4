// The model's plan: a list of steps that the user sees, may edit, and approves.
import * as z from 'zod';
import type { ToolInfo } from '../mcp/index.js';
import { textOutcome } from '../mcp/index.js';
import type { Approver } from '../policy/index.js';
import { type PlanStep, type Session, stepStatusSchema } from '../session/index.js';
import { type OwnTool, ownTool } from '../tools/index.js';
import { askUser } from './ask-user.js';

export const planName = 'update_plan';

const planInput = z.object({
  steps: z
    .array(
      z.object({
        title: z.string().trim().min(1).max(300).describe('What the step achieves, in a few words'),
        status: stepStatusSchema,
      }),
    )
    .min(1)
    .max(30),
});

const { $schema: _, ...inputSchema } = z.toJSONSchema(planInput, { io: 'input' });

const description =
  'Shows the user your plan: all steps, each with its status. Call it before you change anything, and again whenever a step begins or is done. The user may have to approve the first plan, and may edit it.';

export function planTool(session: Session, approver: Approver): OwnTool {
  return ownTool(planName, description, inputSchema as ToolInfo['inputSchema'], async (call, signal) => {
    const input = planInput.safeParse(call.input);
    if (!input.success) return textOutcome(`Not run: ${z.prettifyError(input.error)}`, true);
    const steps = withIds(input.data.steps, session.conversation.plan);
    session.record({ kind: 'plan', steps, by: 'model' });
    const { mode, planApproved } = session.conversation;
    if (mode !== 'plan' || planApproved) return textOutcome('The plan is shown to the user.');
    const answer = await askUser({ session, approver, signal }, call, { kind: 'plan', steps });
    if (!answer.allowed) return textOutcome(`The plan was not approved: ${answer.objection}`, true);
    return textOutcome(approvedText(steps, session.conversation.plan));
  });
}

/** A step keeps its id as long as its title stays, and new ones get the next numbers. */
export function withIds(steps: readonly Omit<PlanStep, 'id'>[], before: readonly PlanStep[]): PlanStep[] {
  const unused = [...before];
  let last = Math.max(0, ...before.map(({ id }) => Number(id)));
  return steps.map(({ title, status }) => {
    const at = unused.findIndex((step) => step.title === title);
    const [known] = at === -1 ? [] : unused.splice(at, 1);
    return { id: known?.id ?? String(++last), title, status };
  });
}

function approvedText(proposed: readonly PlanStep[], approved: readonly PlanStep[]): string {
  const titles = approved.map(({ title }) => title);
  if (titles.join('\n') === proposed.map(({ title }) => title).join('\n')) {
    return 'The user approved the plan. Carry it out.';
  }
  return `The user edited the plan and approved it. Carry it out as it is now:\n${titles.map((title, i) => `${i + 1}. ${title}`).join('\n')}`;
}
