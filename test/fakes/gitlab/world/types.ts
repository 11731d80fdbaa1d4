// What a GitLab holds, as plain typed state. Entities point at each other directly; `kind` tells them apart in unions.
import type { Repository } from './repository.js';

/** GitLab's access levels. An administrator passes every check. */
export const access = {
  none: 0,
  minimal: 5,
  guest: 10,
  planner: 15,
  reporter: 20,
  developer: 30,
  maintainer: 40,
  owner: 50,
} as const;

export type AccessLevel = (typeof access)[keyof typeof access];
export type Visibility = 'private' | 'internal' | 'public';

export interface User {
  readonly kind: 'user';
  id: number;
  username: string;
  name: string;
  email: string;
  state: 'active' | 'blocked';
  admin: boolean;
  bot: boolean;
  createdAt: Date;
}

export interface Group {
  readonly kind: 'group';
  id: number;
  name: string;
  path: string;
  parent: Group | undefined;
  description: string;
  visibility: Visibility;
  createdAt: Date;
}

export interface Project {
  readonly kind: 'project';
  id: number;
  name: string;
  path: string;
  namespace: Group | User;
  description: string | null;
  visibility: Visibility;
  defaultBranch: string;
  /** Undefined as long as nothing was pushed. */
  repository: Repository | undefined;
  /** Branches that only maintainers may push to. */
  protectedBranches: string[];
  /** Full paths it had before: requests for them are answered with 301. */
  formerPaths: string[];
  topics: string[];
  archived: boolean;
  issuesEnabled: boolean;
  mergeRequestsEnabled: boolean;
  wikiEnabled: boolean;
  jobsEnabled: boolean;
  snippetsEnabled: boolean;
  approvalsRequired: number;
  mergeMethod: 'merge' | 'rebase_merge' | 'ff';
  /** Merge requests need a pipeline that succeeded, and threads that are resolved. */
  mergeNeedsPipeline: boolean;
  mergeNeedsResolvedThreads: boolean;
  starCount: number;
  forkedFrom: Project | undefined;
  creator: User | undefined;
  createdAt: Date;
  lastActivityAt: Date;
}

export interface Member {
  source: Group | Project;
  user: User;
  accessLevel: AccessLevel;
  createdAt: Date;
  expiresAt: string | null;
}

export type TokenKind = 'personal' | 'project' | 'group' | 'oauth' | 'job';

export interface Token {
  id: number;
  kind: TokenKind;
  /** What is sent in the header. */
  value: string;
  name: string;
  user: User;
  scopes: string[];
  revoked: boolean;
  createdAt: Date;
  lastUsedAt: Date | undefined;
  /** Personal, project and group tokens die at the start of this day, OAuth tokens at this instant. */
  expiresAt: Date | undefined;
  /** OAuth only. */
  refreshToken: string | undefined;
  applicationUid: string | undefined;
  /** Job tokens only. */
  job: Job | undefined;
}

export interface Label {
  id: number;
  owner: Project | Group;
  name: string;
  color: string;
  description: string | null;
  priority: number | null;
}

export interface Milestone {
  id: number;
  iid: number;
  owner: Project | Group;
  title: string;
  description: string;
  state: 'active' | 'closed';
  /** YYYY-MM-DD. */
  startDate: string | null;
  dueDate: string | null;
  createdAt: Date;
  updatedAt: Date;
}

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

/** What was pushed to a merge request at one time. */
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

export interface Snippet {
  readonly kind: 'snippet';
  id: number;
  project: Project | undefined;
  title: string;
  description: string | null;
  visibility: Visibility;
  author: User;
  files: Record<string, string>;
  createdAt: Date;
  updatedAt: Date;
}

export type Noteable = Issue | MergeRequest | Epic | Snippet;

export interface DiffPosition {
  baseSha: string;
  startSha: string;
  headSha: string;
  oldPath: string;
  newPath: string;
  positionType: 'text' | 'image' | 'file';
  oldLine: number | null;
  newLine: number | null;
  /** As GitLab answers it, `{ start: {...}, end: {...} }`. */
  lineRange: unknown;
}

export interface Discussion {
  /** 40 hexadecimal digits. */
  id: string;
  noteable: Noteable;
  /** A single comment that nobody replied to. */
  individual: boolean;
}

export interface Note {
  id: number;
  discussion: Discussion;
  noteable: Noteable;
  type: 'DiscussionNote' | 'DiffNote' | null;
  body: string;
  author: User;
  system: boolean;
  internal: boolean;
  resolvable: boolean;
  resolved: boolean;
  resolvedBy: User | undefined;
  resolvedAt: Date | undefined;
  position: DiffPosition | undefined;
  createdAt: Date;
  updatedAt: Date;
}

export interface DraftNote {
  id: number;
  mergeRequest: MergeRequest;
  author: User;
  body: string;
  discussion: Discussion | undefined;
  resolveDiscussion: boolean;
  position: DiffPosition | undefined;
}

export interface Variable {
  key: string;
  value: string;
  variableType: 'env_var' | 'file';
}

export interface TestCase {
  status: 'success' | 'failed' | 'skipped' | 'error';
  name: string;
  classname: string;
  file: string | null;
  /** Seconds. */
  executionTime: number;
  systemOutput: string | null;
  stackTrace: string | null;
}

export interface Pipeline {
  readonly kind: 'pipeline';
  id: number;
  iid: number;
  project: Project;
  name: string | null;
  ref: string;
  tag: boolean;
  sha: string;
  beforeSha: string;
  status: CiStatus;
  source: string;
  user: User;
  yamlErrors: string | null;
  variables: Variable[];
  testSuites: { name: string; cases: TestCase[] }[];
  coverage: string | null;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | undefined;
  finishedAt: Date | undefined;
}

export type CiStatus =
  | 'created'
  | 'waiting_for_resource'
  | 'preparing'
  | 'pending'
  | 'running'
  | 'success'
  | 'failed'
  | 'canceling'
  | 'canceled'
  | 'skipped'
  | 'manual'
  | 'scheduled';

export interface Job {
  readonly kind: 'job';
  id: number;
  pipeline: Pipeline;
  /** A bridge triggers another pipeline and has neither log nor artifacts. */
  bridge: boolean;
  downstream: Pipeline | undefined;
  name: string;
  stage: string;
  status: CiStatus;
  failureReason: string | null;
  allowFailure: boolean;
  /** A newer job of the same name took its place. */
  retried: boolean;
  user: User;
  /** Or what makes it, piece by piece, while it is sent: see `generatedLog`. */
  log: string | (() => Iterable<string>);
  artifacts: Record<string, string | Buffer>;
  artifactsExpireAt: Date | undefined;
  coverage: number | null;
  tags: string[];
  createdAt: Date;
  startedAt: Date | undefined;
  finishedAt: Date | undefined;
  erasedAt: Date | undefined;
}

export interface Release {
  project: Project;
  tagName: string;
  name: string;
  description: string;
  author: User;
  milestones: Milestone[];
  links: { id: number; name: string; url: string; linkType: 'other' | 'runbook' | 'image' | 'package' }[];
  createdAt: Date;
  releasedAt: Date;
}

/** An event that a client had GitLab count. */
export interface UsageEvent {
  event: string;
  user: User;
  namespaceId: number | undefined;
  projectId: number | undefined;
  additionalProperties: Record<string, unknown>;
  at: Date;
}
