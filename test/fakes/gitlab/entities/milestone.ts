import { pathOf } from '../world/places.js';
import type { Milestone } from '../world/types.js';
import type { World } from '../world/world.js';

export function milestoneEntity(world: World, milestone: Milestone) {
  const { owner, dueDate } = milestone;
  const page = owner.kind === 'group' ? `groups/${pathOf(owner)}` : pathOf(owner);
  return {
    id: milestone.id,
    iid: milestone.iid,
    ...(owner.kind === 'group' ? { group_id: owner.id } : { project_id: owner.id }),
    title: milestone.title,
    description: milestone.description,
    state: milestone.state,
    created_at: milestone.createdAt,
    updated_at: milestone.updatedAt,
    due_date: dueDate,
    start_date: milestone.startDate,
    expired: dueDate !== null && dueDate < world.now().toISOString().slice(0, 10),
    web_url: `${world.url}/${page}/-/milestones/${milestone.iid}`,
  };
}
