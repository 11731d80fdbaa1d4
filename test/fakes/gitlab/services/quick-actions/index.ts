// GitLab's quick actions: commands in descriptions and comments, one a line, carried out as the author.
import type { Context } from '../../http/context.js';
import { applyChanges, type Changes } from '../issuables/changes.js';
import type { Outcome, QuickAction, Target } from './action.js';
import { refuseForAgents } from './agents.js';
import { labels } from './labels.js';
import { mergeRequests } from './merge-requests.js';
import { type Command, extractCommands } from './parse.js';
import { people } from './people.js';
import { personal } from './personal.js';
import { plans } from './plans.js';
import { relations } from './relations.js';
import { text } from './text.js';

const ACTIONS: Record<string, QuickAction> = {
  ...text,
  ...labels,
  ...people,
  ...plans,
  ...mergeRequests,
  ...relations,
  ...personal,
};

/** The text without its commands, and those. */
export const readQuickActions = (body: string) => extractCommands(body, (name) => Object.hasOwn(ACTIONS, name));

/** The same of a description, where there is one. */
export function readDescription(description: string | null | undefined) {
  if (description === undefined || description === null) return { description, commands: [] };
  const { text, commands } = readQuickActions(description);
  return { description: text, commands };
}

export { refuseForAgents } from './agents.js';

export interface Carried {
  /** By GitLab's names, as `commands_changes` has them. */
  changes: Changes;
  /** All in one, a sentence for each command, also for those that could not be applied. Empty without commands. */
  summary: string[];
}

/** Carries commands out, each as far as the user may and it fits the target. Throws a 403 for those that agents may not use. */
export function carryOut(context: Context<unknown>, target: Target, commands: readonly Command[]): Carried {
  refuseForAgents(context, commands);
  const carried: Carried = { changes: {}, summary: [] };
  const messages: string[] = [];
  const effects: (() => void)[] = [];
  for (const { name, argument } of commands) {
    const outcome = outcomeOf(context, target, name, argument, carried.changes);
    if (!outcome) {
      messages.push(`Could not apply ${name} command.`);
      continue;
    }
    carried.changes = { ...carried.changes, ...outcome.changes };
    messages.push(outcome.summary);
    if (outcome.effect) effects.push(outcome.effect);
  }
  applyTo(context, target, carried.changes);
  for (const effect of effects) effect();
  if (messages.length > 0) carried.summary.push(messages.join(' '));
  return carried;
}

function outcomeOf(
  context: Context<unknown>,
  target: Target,
  name: string,
  argument: string,
  soFar: Changes,
): Outcome | undefined {
  const action = ACTIONS[name];
  const owner = target.kind === 'epic' ? target.group : target.project;
  const own = target.author === context.user;
  if (!action?.kinds.includes(target.kind) || !(context.can(action.level, owner) || (action.own && own)))
    return undefined;
  // The kinds were compared above.
  return action.act({ target, argument, context, soFar } as never);
}

function applyTo({ world, currentUser }: Context<unknown>, target: Target, changes: Changes): void {
  if (Object.keys(changes).length === 0) return;
  if (target.kind !== 'epic') {
    applyChanges(world, target, changes, currentUser);
    return;
  }
  if (changes.title !== undefined) target.title = changes.title;
  if (changes.state_event === 'close') Object.assign(target, { state: 'closed', closedAt: world.now() });
  if (changes.state_event === 'reopen') Object.assign(target, { state: 'opened', closedAt: undefined });
  target.updatedAt = world.now();
}
