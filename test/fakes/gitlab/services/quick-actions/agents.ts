import type { Context } from '../../http/context.js';
import { forbidden } from '../../http/reply.js';
import type { Command } from './parse.js';

/** What sets attributes only, which an agent may set by parameters as well. */
const ALLOWED = [
  'label',
  'unlabel',
  'relabel',
  'milestone',
  'remove_milestone',
  'assign',
  'unassign',
  'reassign',
  'assign_reviewer',
  'reviewer',
  'request_review',
  'unassign_reviewer',
  'remove_reviewer',
  'title',
  'due',
  'remove_due_date',
  'estimate',
  'estimate_time',
  'remove_estimate',
  'remove_time_estimate',
];

/** Throws the 403 that a token with the scope `ai_workflows` gets for commands that do more. */
export function refuseForAgents({ token }: Context<unknown>, commands: readonly Command[]): void {
  if (!token?.scopes.includes('ai_workflows')) return;
  const blocked = commands.map(({ name }) => name).filter((name) => !ALLOWED.includes(name));
  if (blocked.length > 0) throw forbidden(`Quick actions ${blocked.join(', ')} cannot be used with AI workflows.`);
}
