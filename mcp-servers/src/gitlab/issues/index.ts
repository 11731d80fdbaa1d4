import type { Family } from '../toolkit/family.js';
import { createIssue, updateIssue } from './change.js';
import { getIssue } from './get.js';
import { listIssues } from './list.js';
import { linkIssues, listIssueRelations } from './relations.js';
import { trackTime } from './time.js';

export const family: Family = {
  instructions:
    'Issues: list_issues finds, get_issue reads one, update_issue changes labels, state, assignees and dates.',
  tools: [listIssues, getIssue, createIssue, updateIssue, listIssueRelations, linkIssues, trackTime],
};
