// The types of work items. Their ids differ between instances, so that clients have to look them up.
import { GraphQLError } from 'graphql';
import type { Item } from './context.js';

type TypeName = 'EPIC' | 'INCIDENT' | 'ISSUE' | 'TASK' | 'TEST_CASE';

export interface WorkItemType {
  id: number;
  name: string;
  type: TypeName;
  /** Groups have these, projects the others. */
  ofGroups: boolean;
  widgets: readonly string[];
}

const COMMON = [
  'ASSIGNEES',
  'AWARD_EMOJI',
  'DESCRIPTION',
  'HIERARCHY',
  'LABELS',
  'MILESTONE',
  'NOTES',
  'START_AND_DUE_DATE',
];
const OF_EPICS = [...COMMON, 'COLOR', 'HEALTH_STATUS'];
const OF_ISSUES = [...COMMON, 'STATUS', 'TIME_TRACKING', 'WEIGHT'];

const types: readonly WorkItemType[] = [
  { id: 1001, name: 'Issue', type: 'ISSUE', ofGroups: false, widgets: OF_ISSUES },
  { id: 1002, name: 'Incident', type: 'INCIDENT', ofGroups: false, widgets: OF_ISSUES },
  { id: 1003, name: 'Test Case', type: 'TEST_CASE', ofGroups: false, widgets: OF_ISSUES },
  { id: 1005, name: 'Task', type: 'TASK', ofGroups: false, widgets: OF_ISSUES },
  { id: 1008, name: 'Epic', type: 'EPIC', ofGroups: true, widgets: OF_EPICS },
];

export const typesOf = (kind: 'group' | 'project', edition: 'ee' | 'ce'): WorkItemType[] =>
  types.filter(({ ofGroups }) => ofGroups === (kind === 'group') && (edition === 'ee' || !ofGroups));

export const typeById = (id: number): WorkItemType | undefined => types.find((type) => type.id === id);

export function typeOf(item: Item): WorkItemType {
  const name = item.kind === 'epic' ? 'EPIC' : item.type.toUpperCase();
  const found = types.find(({ type }) => type === name);
  if (!found) throw new GraphQLError(`no work item type ${name}`);
  return found;
}
