// Links to other issues and to an epic.
import { maySeeIssue } from '../../world/access.js';
import { ancestors, pathOf } from '../../world/places.js';
import type { Issue, IssueLink } from '../../world/types.js';
import { referenced } from '../issuables/references.js';
import { type Action, onIssues, type QuickAction } from './action.js';

export const relations: Record<string, QuickAction> = {
  relate: onIssues(linking('relates_to', 'Added')),
  blocks: onIssues(linking('blocks', 'Added blocked')),
  blocked_by: onIssues(linking('is_blocked_by', 'Added blocking')),

  duplicate: onIssues(({ target, argument, context }) => {
    const [other] = issuesIn(argument, target, context);
    if (!other) return undefined;
    const effect = () => void context.world.addIssueLink(target, other);
    return {
      changes: { state_event: 'close' },
      summary: `Closed this issue. Marked as related to, and a duplicate of, #${other.iid}.`,
      effect,
    };
  }),

  epic: onIssues(({ target, argument, context: { world } }) => {
    const [, path, iid] = /^(?:.*\/groups\/)?([\w.\-/]+?)?(?:&|\/-\/epics\/)(\d+)$/.exec(argument) ?? [];
    const groups = ancestors(target.project);
    const found = world.epics.find(
      (one) => one.iid === Number(iid) && (path ? pathOf(one.group) === path : groups.includes(one.group)),
    );
    if (!found) return undefined;
    return { changes: { epic_id: found.id }, summary: 'Added an issue to an epic.' };
  }),

  remove_epic: onIssues(({ target }) => {
    if (!target.epic) return undefined;
    return { changes: { epic_id: null }, summary: 'Removed an issue from an epic.' };
  }),
};

function linking(type: IssueLink['type'], verb: string): Action<Issue> {
  return ({ target, argument, context }) => {
    const others = issuesIn(argument, target, context);
    if (others.length === 0) return undefined;
    const effect = () => {
      for (const other of others) {
        if (type === 'is_blocked_by') context.world.addIssueLink(other, target, 'blocks');
        else context.world.addIssueLink(target, other, type);
      }
    };
    const what = others.map(({ iid }) => `#${iid}`).join(', ');
    return {
      summary: `${verb} ${what} as a linked item ${type === 'relates_to' ? 'related to' : 'of'} this issue.`,
      effect,
    };
  };
}

type Given = Parameters<Action<Issue>>[0];

function issuesIn(argument: string, target: Issue, { world, user }: Given['context']): Issue[] {
  return referenced(world, target.project, argument)
    .filter((one) => one.kind === 'issue')
    .filter((one) => one !== target && maySeeIssue(world, user, one));
}
