// Merge requests, and their versions: what was pushed to them at one time.
import type { Input, WithLabels } from './input.js';
import { anybody, type User } from './people.js';
import type { Project } from './places.js';
import type { Label, Milestone } from './planning.js';
import type { World } from './world.js';

export interface MergeRequestVersion {
  id: number;
  headSha: string;
  baseSha: string;
  startSha: string;
  createdAt: Date;
}

export interface MergeRequest {
  readonly kind: 'merge_request';
  id: number;
  iid: number;
  /** The target project. */
  project: Project;
  sourceProject: Project;
  sourceBranch: string;
  targetBranch: string;
  /** With the prefix `Draft: ` for a draft. */
  title: string;
  description: string | null;
  state: 'opened' | 'closed' | 'merged' | 'locked';
  author: User;
  assignees: User[];
  reviewers: { user: User; state: 'unreviewed' | 'reviewed' | 'requested_changes' | 'approved'; createdAt: Date }[];
  labels: Label[];
  milestone: Milestone | undefined;
  /** Oldest first; the last one is what would be merged. Empty where there is no repository. */
  versions: MergeRequestVersion[];
  /**
   * Overrides what follows from the repositories, such as `ci_must_pass`. `checking`, `unchecked` and `preparing` are
   * answered once; whoever asks again gets the real status.
   */
  detailedMergeStatus: string | undefined;
  squash: boolean;
  removeSourceBranch: boolean;
  allowCollaboration: boolean;
  discussionLocked: boolean | null;
  autoMerge: boolean;
  approvals: { user: User; at: Date }[];
  mergeError: string | null;
  mergeUser: User | undefined;
  mergedAt: Date | undefined;
  mergeCommitSha: string | null;
  squashCommitSha: string | null;
  closedBy: User | undefined;
  closedAt: Date | undefined;
  timeEstimate: number;
  timeSpent: number;
  upvotes: number;
  downvotes: number;
  createdAt: Date;
  updatedAt: Date;
}

export type MergeRequestInput = Input<MergeRequest, 'project', 'labels'> & WithLabels;

export function newMergeRequest(world: World, { labels = [], ...input }: MergeRequestInput): MergeRequest {
  const now = world.now();
  const { project } = input;
  const iid = world.ids.nextIn(project, 'mergeRequest', input.iid);
  return {
    kind: 'merge_request',
    id: world.ids.next('mergeRequest'),
    iid,
    sourceProject: project,
    sourceBranch: `branch-${iid}`,
    targetBranch: project.defaultBranch,
    title: `Merge request ${iid}`,
    description: null,
    state: 'opened',
    author: anybody(world, project),
    assignees: [],
    reviewers: [],
    labels: labels.map((name) => world.label(project, name)),
    milestone: undefined,
    versions: [],
    detailedMergeStatus: undefined,
    squash: false,
    removeSourceBranch: false,
    allowCollaboration: false,
    discussionLocked: null,
    autoMerge: false,
    approvals: [],
    mergeError: null,
    mergeUser: undefined,
    mergedAt: undefined,
    mergeCommitSha: null,
    squashCommitSha: null,
    closedBy: undefined,
    closedAt: undefined,
    timeEstimate: 0,
    timeSpent: 0,
    upvotes: 0,
    downvotes: 0,
    createdAt: now,
    updatedAt: now,
    ...input,
  };
}

/** What the branches hold now; undefined where there is nothing new, or no repository that has both. */
export function newVersion(world: World, mergeRequest: MergeRequest): MergeRequestVersion | undefined {
  const { repository } = mergeRequest.project;
  const source = mergeRequest.sourceProject.repository;
  const headSha = source?.resolve(`refs/heads/${mergeRequest.sourceBranch}`);
  const startSha = repository?.resolve(`refs/heads/${mergeRequest.targetBranch}`);
  if (!repository || !source || !headSha || !startSha || mergeRequest.versions.at(-1)?.headSha === headSha) return;
  repository.fetch(source, headSha, `refs/merge-requests/${mergeRequest.iid}/head`);
  const baseSha = repository.mergeBase(startSha, headSha) ?? startSha;
  return { id: world.ids.next('version'), headSha, startSha, baseSha, createdAt: world.now() };
}
