// What issues, merge requests and epics are sorted by: labels and milestones.
import type { Input } from './input.js';
import type { Place } from './places.js';
import type { World } from './world.js';

export interface Label {
  id: number;
  owner: Place;
  name: string;
  color: string;
  description: string | null;
  priority: number | null;
}

export interface Milestone {
  id: number;
  iid: number;
  owner: Place;
  title: string;
  description: string;
  state: 'active' | 'closed';
  /** YYYY-MM-DD. */
  startDate: string | null;
  dueDate: string | null;
  createdAt: Date;
  updatedAt: Date;
}

export type MilestoneInput = Input<Milestone, 'owner'>;

export function newLabel(world: World, owner: Place, name: string, input: Partial<Label>): Label {
  return {
    id: world.ids.next('label'),
    color: '#6699cc',
    description: null,
    priority: null,
    ...input,
    owner,
    name,
  };
}

export function newMilestone(world: World, input: MilestoneInput): Milestone {
  const now = world.now();
  const id = world.ids.next('milestone');
  return {
    id,
    iid: world.ids.nextIn(input.owner, 'milestone', input.iid),
    title: `Milestone ${id}`,
    description: '',
    state: 'active',
    startDate: null,
    dueDate: null,
    createdAt: now,
    updatedAt: now,
    ...input,
  };
}
