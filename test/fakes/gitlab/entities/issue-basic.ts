import type { Issue } from '../world/types.js';
import type { World } from '../world/world.js';
import { issueEntity } from './issue.js';

/** `IssueBasic`, as search results have it: an issue without its links and what belongs to other features. */
export function issueBasic(world: World, issue: Issue) {
  const {
    _links,
    references,
    severity,
    subscribed,
    moved_to_id,
    has_tasks,
    task_status,
    service_desk_reply_to,
    epic_iid,
    epic,
    iteration,
    health_status,
    ...basic
  } = issueEntity(world, issue);
  return basic;
}
