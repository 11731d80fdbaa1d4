// Quick actions that change nothing that others see.
import { nounOf, onAll, type QuickAction } from './action.js';

export const personal: Record<string, QuickAction> = {
  todo: onAll(() => ({ summary: 'Added a to-do item.' })),
  done: onAll(() => ({ summary: 'Marked to-do item as done.' })),
  subscribe: onAll(({ target }) => ({ summary: `Subscribed to notifications for this ${nounOf(target)}.` })),
  unsubscribe: onAll(({ target }) => ({ summary: `Unsubscribed from notifications for this ${nounOf(target)}.` })),
  cc: onAll(() => ({ summary: 'CC' })),
  react: onAll(({ argument }) => (argument === '' ? undefined : { summary: `Toggled ${argument} emoji reaction.` })),
  award: onAll(({ argument }) => (argument === '' ? undefined : { summary: `Toggled ${argument} emoji reaction.` })),
};
