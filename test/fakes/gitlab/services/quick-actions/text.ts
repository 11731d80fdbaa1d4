// State, title and who may see and discuss.
import { nounOf, onAll, onBoth, onIssues, type QuickAction } from './action.js';

export const text: Record<string, QuickAction> = {
  close: onAll(({ target }) => {
    if (target.state !== 'opened') return undefined;
    return { changes: { state_event: 'close' }, summary: `Closed this ${nounOf(target)}.` };
  }),

  reopen: onAll(({ target }) => {
    if (target.state !== 'closed') return undefined;
    return { changes: { state_event: 'reopen' }, summary: `Reopened this ${nounOf(target)}.` };
  }),

  title: onAll(({ argument }) => {
    if (argument === '') return undefined;
    return { changes: { title: argument }, summary: `Changed the title to "${argument}".` };
  }),

  lock: onBoth(({ target }) => {
    if (target.discussionLocked) return undefined;
    return { changes: { discussion_locked: true }, summary: 'Locked the discussion.' };
  }),

  unlock: onBoth(({ target }) => {
    if (!target.discussionLocked) return undefined;
    return { changes: { discussion_locked: false }, summary: 'Unlocked the discussion.' };
  }),

  confidential: onIssues(({ target }) => {
    if (target.confidential) return undefined;
    return { changes: { confidential: true }, summary: 'Made this issue confidential.' };
  }),
};
