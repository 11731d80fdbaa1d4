import type { Label } from '../../world/types.js';
import { knownLabels } from '../issuables/requested.js';
import { onBoth, type QuickAction } from './action.js';
import { names } from './parse.js';

export const labels: Record<string, QuickAction> = {
  label: onBoth(({ target, argument, context, soFar }) => {
    const found = knownLabels(context, target.project, names(argument, '~'));
    if (found.length === 0) return undefined;
    return { changes: { add_label_ids: union(soFar.add_label_ids, ids(found)) }, summary: `Added ${listed(found)}.` };
  }),

  unlabel: onBoth(({ target, argument, context, soFar }) => {
    if (argument === '') return { changes: { label_ids: [] }, summary: 'Removed all labels.' };
    const found = knownLabels(context, target.project, names(argument, '~'));
    if (found.length === 0) return undefined;
    const changes = { remove_label_ids: union(soFar.remove_label_ids, ids(found)) };
    return { changes, summary: `Removed ${listed(found)}.` };
  }),

  relabel: onBoth(({ target, argument, context }) => {
    const found = knownLabels(context, target.project, names(argument, '~'));
    if (found.length === 0) return undefined;
    return { changes: { label_ids: ids(found) }, summary: `Replaced all labels with ${listed(found)}.` };
  }),
};

const ids = (found: readonly Label[]): number[] => found.map(({ id }) => id);

const union = (before: readonly number[] = [], more: readonly number[]): number[] => [...new Set([...before, ...more])];

function listed(found: readonly Label[]): string {
  const references = found.map(({ name }) => (/\s/.test(name) ? `~"${name}"` : `~${name}`));
  return `${references.join(' ')} ${found.length === 1 ? 'label' : 'labels'}`;
}
