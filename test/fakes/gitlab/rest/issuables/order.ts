// The order of a list: `order_by` and `sort`, ids deciding between equals, what has no value at the end.
import type { Issuable, Label } from '../../world/types.js';

type Key = (one: Issuable) => number | string | null;

const lowest = (labels: readonly Label[]): number | null => {
  const priorities = labels.flatMap(({ priority }) => (priority === null ? [] : [priority]));
  return priorities.length > 0 ? Math.min(...priorities) : null;
};

const KEYS: Record<string, Key> = {
  created_at: ({ createdAt }) => createdAt.getTime(),
  updated_at: ({ updatedAt }) => updatedAt.getTime(),
  merged_at: (one) => (one.kind === 'merge_request' ? (one.mergedAt?.getTime() ?? null) : null),
  title: ({ title }) => title.toLowerCase(),
  due_date: (one) => (one.kind === 'issue' ? one.dueDate : null),
  weight: (one) => (one.kind === 'issue' ? one.weight : null),
  milestone_due: ({ milestone }) => milestone?.dueDate ?? null,
  label_priority: ({ labels }) => lowest(labels),
  priority: ({ labels }) => lowest(labels),
  popularity: ({ upvotes }) => upvotes,
  relative_position: ({ id }) => id,
};

export const ISSUE_ORDERS = [
  'created_at',
  'updated_at',
  'title',
  'due_date',
  'label_priority',
  'milestone_due',
  'popularity',
  'priority',
  'relative_position',
  'weight',
] as const;

export const MERGE_REQUEST_ORDERS = [
  'created_at',
  'label_priority',
  'milestone_due',
  'popularity',
  'priority',
  'title',
  'updated_at',
  'merged_at',
] as const;

export function ordered<T extends Issuable>(list: readonly T[], orderBy: string, sort: 'asc' | 'desc'): T[] {
  const key = KEYS[orderBy];
  const direction = sort === 'asc' ? 1 : -1;
  return list.toSorted((a, b) => {
    const [first, second] = [key?.(a) ?? null, key?.(b) ?? null];
    if (first === second) return direction * (a.id - b.id);
    if (first === null || second === null) return first === null ? 1 : -1;
    return direction * (first < second ? -1 : 1);
  });
}
