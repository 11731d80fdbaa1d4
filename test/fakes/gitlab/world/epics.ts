// Epics, as the REST API and as work items of the GraphQL API.
import type { Input, WithLabels } from './input.js';
import { anybody, type User } from './people.js';
import type { Group } from './places.js';
import type { Label, Milestone } from './planning.js';
import type { World } from './world.js';

export interface Epic {
  readonly kind: 'epic';
  /** Of the epic; as a work item it has another global id. */
  id: number;
  workItemId: number;
  iid: number;
  group: Group;
  parent: Epic | undefined;
  title: string;
  description: string | null;
  state: 'opened' | 'closed';
  author: User;
  labels: Label[];
  confidential: boolean;
  color: string;
  /** As a work item only, as the next two: REST does not know of them. */
  assignees: User[];
  milestone: Milestone | undefined;
  healthStatus: 'onTrack' | 'needsAttention' | 'atRisk' | null;
  /** YYYY-MM-DD. */
  startDate: string | null;
  dueDate: string | null;
  startDateIsFixed: boolean;
  dueDateIsFixed: boolean;
  upvotes: number;
  downvotes: number;
  closedAt: Date | undefined;
  createdAt: Date;
  updatedAt: Date;
}

export type EpicInput = Input<Epic, 'group', 'labels'> & WithLabels;

export function newEpic(world: World, { labels = [], ...input }: EpicInput): Epic {
  const now = world.now();
  const { group } = input;
  const iid = world.ids.nextIn(group, 'epic', input.iid);
  return {
    kind: 'epic',
    id: world.ids.next('epic'),
    workItemId: world.ids.next('workItem'),
    iid,
    parent: undefined,
    title: `Epic ${iid}`,
    description: null,
    state: 'opened',
    author: anybody(world, group),
    labels: labels.map((name) => world.label(group, name)),
    confidential: false,
    color: '#1068bf',
    assignees: [],
    milestone: undefined,
    healthStatus: null,
    startDate: null,
    dueDate: null,
    startDateIsFixed: false,
    dueDateIsFixed: false,
    upvotes: 0,
    downvotes: 0,
    closedAt: undefined,
    createdAt: now,
    updatedAt: now,
    ...input,
  };
}
