import { closingMergeRequests } from '../services/issuables/references.js';
import { pathOf } from '../world/places.js';
import type { Issue } from '../world/types.js';
import type { World } from '../world/world.js';
import { issuableEntity, taskCompletion, timeStats, userNotesCount } from './issuable.js';
import { labelBasic, labelNames } from './label.js';
import { milestoneEntity } from './milestone.js';
import { optionalUser, userBasic } from './user.js';

export function issueUrl(world: World, { project, iid }: Issue): string {
  return `${world.url}/${pathOf(project)}/-/issues/${iid}`;
}

/** `IssueBasic`: an issue without its links and what belongs to other features. */
export function issueBasic(world: World, issue: Issue, options: { labelDetails?: boolean | undefined } = {}) {
  return {
    ...issuableEntity(issue),
    closed_at: issue.closedAt ?? null,
    closed_by: optionalUser(world, issue.closedBy),
    labels: options.labelDetails ? issue.labels.map(labelBasic) : labelNames(issue.labels),
    milestone: issue.milestone ? milestoneEntity(world, issue.milestone) : null,
    assignees: issue.assignees.map((user) => userBasic(world, user)),
    author: userBasic(world, issue.author),
    type: issue.type.toUpperCase(),
    assignee: optionalUser(world, issue.assignees[0]),
    user_notes_count: userNotesCount(world, issue),
    merge_requests_count: closingMergeRequests(world, issue).length,
    upvotes: issue.upvotes,
    downvotes: issue.downvotes,
    start_date: issue.startDate,
    due_date: issue.dueDate,
    confidential: issue.confidential,
    discussion_locked: issue.discussionLocked,
    issue_type: issue.type,
    web_url: issueUrl(world, issue),
    time_stats: timeStats(issue),
    task_completion_status: taskCompletion(issue),
    weight: issue.weight,
    blocking_issues_count: world.issueLinks.filter(({ source, type }) => source === issue && type === 'blocks').length,
  };
}
