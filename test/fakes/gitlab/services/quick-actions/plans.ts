// Milestone, due date, weight and time.
import { lineage } from '../../world/places.js';
import { humanDuration, parseDuration } from '../issuables/duration.js';
import { onBoth, onIssues, type QuickAction } from './action.js';
import { names } from './parse.js';

const spend = onBoth(({ argument, context }) => {
  const [, words = '', date] = /^(.*?)(?:\s+(\d{4}-\d{2}-\d{2}))?$/.exec(argument) ?? [];
  const seconds = parseDuration(words);
  if (!seconds) return undefined;
  const spent_at = date ?? context.world.now().toISOString().slice(0, 10);
  const verb = seconds < 0 ? 'Subtracted' : 'Added';
  return {
    changes: { spend_time: { duration: seconds, user_id: context.currentUser.id, spent_at } },
    summary: `${verb} ${humanDuration(Math.abs(seconds))} spent time.`,
  };
});

const estimate = onBoth(({ argument }) => {
  const seconds = parseDuration(argument);
  if (seconds === undefined) return undefined;
  return { changes: { time_estimate: seconds }, summary: `Set time estimate to ${humanDuration(seconds)}.` };
});

const removeEstimate = onBoth(() => ({ changes: { time_estimate: 0 }, summary: 'Removed time estimate.' }));

const removeTimeSpent = onBoth(({ context }) => ({
  changes: { spend_time: { duration: 'reset', user_id: context.currentUser.id } },
  summary: 'Removed spent time.',
}));

export const plans: Record<string, QuickAction> = {
  milestone: onBoth(({ target, argument, context: { world } }) => {
    const [title] = names(argument, '%');
    const owners = lineage(target.project);
    const found = world.milestones.find((one) => one.title === title && owners.includes(one.owner));
    if (!found) return undefined;
    return { changes: { milestone_id: found.id }, summary: `Set the milestone to %"${found.title}".` };
  }),

  remove_milestone: onBoth(({ target }) => {
    if (!target.milestone) return undefined;
    return { changes: { milestone_id: null }, summary: `Removed %"${target.milestone.title}" milestone.` };
  }),

  due: onIssues(({ argument, context }) => {
    const date = dateOf(argument, context.world.now());
    if (!date) return undefined;
    const shown = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(date));
    return { changes: { due_date: date }, summary: `Set the due date to ${shown}.` };
  }),

  remove_due_date: onIssues(({ target }) => {
    if (!target.dueDate) return undefined;
    return { changes: { due_date: null }, summary: 'Removed the due date.' };
  }),

  weight: onIssues(({ argument }) => {
    if (!/^\d+$/.test(argument)) return undefined;
    return { changes: { weight: Number(argument) }, summary: `Set weight to ${argument}.` };
  }),

  clear_weight: onIssues(({ target }) => {
    if (target.weight === null) return undefined;
    return { changes: { weight: null }, summary: 'Cleared weight.' };
  }),

  estimate,
  estimate_time: estimate,
  remove_estimate: removeEstimate,
  remove_time_estimate: removeEstimate,
  spend,
  spent: spend,
  spend_time: spend,
  remove_time_spent: removeTimeSpent,
};

/** `2026-01-31`, `today`, `tomorrow`, `in 2 days`; undefined for what is no date. */
function dateOf(words: string, now: Date): string | undefined {
  const [, days] = /^in (\d+) days?$/i.exec(words) ?? [];
  const offset = { today: 0, tomorrow: 1 }[words.toLowerCase()] ?? (days === undefined ? undefined : Number(days));
  if (offset !== undefined) return new Date(now.getTime() + offset * 86_400_000).toISOString().slice(0, 10);
  const date = new Date(words);
  return words === '' || Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10);
}
