import { pathOf } from '../world/places.js';
import type { Group, Issue, User } from '../world/types.js';
import type { World } from '../world/world.js';
import { references, taskCompletion } from './issuable.js';
import { issueBasic } from './issue-basic.js';

export interface IssueOptions {
  /** Labels as objects. */
  labelDetails?: boolean | undefined;
  /** The group that was asked for. */
  group?: Group | undefined;
  /** For a single issue: whether this user hears of changes. */
  subscriber?: User | undefined;
}

/** `Issue`, of Premium and Ultimate. */
export function issueEntity(world: World, issue: Issue, options: IssueOptions = {}) {
  const { epic, project } = issue;
  const tasks = taskCompletion(issue);
  const api = `${world.url}/api/v4/projects/${project.id}`;
  return {
    ...issueBasic(world, issue, options),
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
