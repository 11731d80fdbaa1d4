// Issues, and what links them.
import type { Epic } from './epics.js';
import type { Input, WithLabels } from './input.js';
import { anybody, type User } from './people.js';
import type { Project } from './places.js';
import type { Label, Milestone } from './planning.js';
import type { World } from './world.js';

export interface Issue {
  readonly kind: 'issue';
  id: number;
  iid: number;
  project: Project;
  title: string;
  description: string | null;
  state: 'opened' | 'closed';
  type: 'issue' | 'incident' | 'test_case' | 'task';
  severity: 'UNKNOWN' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
  author: User;
  assignees: User[];
  labels: Label[];
  milestone: Milestone | undefined;
  epic: Epic | undefined;
  confidential: boolean;
  discussionLocked: boolean | null;
  /** YYYY-MM-DD. */
  dueDate: string | null;
  startDate: string | null;
  weight: number | null;
  /** Seconds. */
  timeEstimate: number;
  timeSpent: number;
  upvotes: number;
  downvotes: number;
  closedBy: User | undefined;
  closedAt: Date | undefined;
  movedTo: Issue | undefined;
  createdAt: Date;
  updatedAt: Date;
}

export interface IssueLink {
  id: number;
  source: Issue;
  target: Issue;
  type: 'relates_to' | 'blocks' | 'is_blocked_by';
  createdAt: Date;
  updatedAt: Date;
}

export type IssueInput = Input<Issue, 'project', 'labels'> & WithLabels;

export function newIssue(world: World, { labels = [], ...input }: IssueInput): Issue {
  const now = world.now();
  const { project } = input;
  const iid = world.ids.nextIn(project, 'issue', input.iid);
  return {
    kind: 'issue',
    id: world.ids.next('issue'),
    iid,
    title: `Issue ${iid}`,
    description: null,
    state: 'opened',
    type: 'issue',
    severity: 'UNKNOWN',
    author: anybody(world, project),
    assignees: [],
    labels: labels.map((name) => world.label(project, name)),
    milestone: undefined,
    epic: undefined,
    confidential: false,
    discussionLocked: null,
    dueDate: null,
    startDate: null,
    weight: null,
    timeEstimate: 0,
    timeSpent: 0,
    upvotes: 0,
    downvotes: 0,
    closedBy: undefined,
    closedAt: undefined,
    movedTo: undefined,
    createdAt: now,
    updatedAt: now,
    ...input,
  };
}

export function newIssueLink(world: World, source: Issue, target: Issue, type: IssueLink['type']): IssueLink {
  const now = world.now();
  return { id: world.ids.next('issueLink'), source, target, type, createdAt: now, updatedAt: now };
}
