import { closingMergeRequests } from '../issuables/references.js';
import type { Group, Issue, User } from '../world/types.js';
import { pathOf, type World } from '../world/world.js';
import { references, taskCompletion, timeStats, userNotesCount } from './issuable.js';
import { labelBasic, labelNames } from './label.js';
import { milestoneEntity } from './milestone.js';
import { optionalUser, userBasic } from './user.js';

export interface IssueOptions {
  /** Labels as objects. */
  labelDetails?: boolean | undefined;
  /** The group that was asked for. */
  group?: Group | undefined;
  /** For a single issue: whether this user hears of changes. */
  subscriber?: User | undefined;
}

export function issueUrl(world: World, { project, iid }: Issue): string {
  return `${world.url}/${pathOf(project)}/-/issues/${iid}`;
}

/** `Issue`, of Premium and Ultimate. */
export function issueEntity(world: World, issue: Issue, options: IssueOptions = {}) {
  const { epic, project } = issue;
  const tasks = taskCompletion(issue);
  const api = `${world.url}/api/v4/projects/${project.id}`;
  return {
    id: issue.id,
    iid: issue.iid,
    project_id: project.id,
    title: issue.title,
    description: issue.description,
    state: issue.state,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
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
    task_completion_status: tasks,
    weight: issue.weight,
    blocking_issues_count: world.issueLinks.filter(({ source, type }) => source === issue && type === 'blocks').length,
    has_tasks: tasks.count > 0,
    ...(tasks.count > 0 && { task_status: `${tasks.completed_count} of ${tasks.count} checklist items completed` }),
    _links: {
      self: `${api}/issues/${issue.iid}`,
      notes: `${api}/issues/${issue.iid}/notes`,
      award_emoji: `${api}/issues/${issue.iid}/award_emoji`,
      project: api,
      closed_as_duplicate_of: null,
    },
    references: references(issue, options.group),
    severity: issue.severity,
    ...(options.subscriber && { subscribed: isParticipant(issue, options.subscriber) }),
    moved_to_id: issue.movedTo?.id ?? null,
    imported: false,
    imported_from: 'none',
    service_desk_reply_to: null,
    epic_iid: epic?.iid ?? null,
    epic: epic
      ? {
          id: epic.id,
          iid: epic.iid,
          title: epic.title,
          url: `/groups/${pathOf(epic.group)}/-/epics/${epic.iid}`,
          group_id: epic.group.id,
          human_readable_end_date: null,
          human_readable_timestamp: null,
        }
      : null,
    iteration: null,
    health_status: null,
  };
}

const isParticipant = ({ author, assignees }: Issue, user: User): boolean =>
  author === user || assignees.includes(user);
