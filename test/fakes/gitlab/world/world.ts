// Everything a GitLab holds, and terse ways to put more into it. Every `add` method fills in what the caller leaves out.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Repository } from './repository.js';
import {
  type AccessLevel,
  access,
  type Discussion,
  type DraftNote,
  type Epic,
  type Group,
  type Issue,
  type IssueLink,
  type Job,
  type Label,
  type Member,
  type MergeRequest,
  type Milestone,
  type Note,
  type Noteable,
  type Pipeline,
  type Project,
  type Release,
  type Snippet,
  type Token,
  type TokenKind,
  type UsageEvent,
  type User,
} from './types.js';

type Input<T, Required extends keyof T = never, Replaced extends PropertyKey = never> = Partial<
  Omit<T, Required | Replaced>
> &
  Pick<T, Required>;

type Named = { labels?: readonly string[] };

/** Every kind counts from elsewhere, so that an id is never mistaken for an iid or for another kind's id. */
const FIRST_ID = {
  user: 1,
  group: 50,
  project: 100,
  token: 500,
  label: 700,
  milestone: 900,
  issue: 10_000,
  issueLink: 15_000,
  mergeRequest: 20_000,
  version: 25_000,
  note: 300_000,
  draftNote: 5_000,
  epic: 40_000,
  workItem: 4_000_000,
  snippet: 6_000,
  pipeline: 70_000,
  job: 8_000_000,
  releaseLink: 1_200,
};

export class World {
  /** Of the instance, path prefix included, no slash at the end. */
  url = '';
  /** The instance's clock; tests may put another in its place. */
  now = (): Date => new Date();
  /** Feature flags that are on, where GitLab has them off by default. */
  readonly features = new Set<string>();

  readonly users: User[] = [];
  readonly groups: Group[] = [];
  readonly projects: Project[] = [];
  readonly members: Member[] = [];
  readonly tokens: Token[] = [];
  readonly labels: Label[] = [];
  readonly milestones: Milestone[] = [];
  readonly issues: Issue[] = [];
  readonly issueLinks: IssueLink[] = [];
  readonly mergeRequests: MergeRequest[] = [];
  readonly epics: Epic[] = [];
  readonly snippets: Snippet[] = [];
  readonly discussions: Discussion[] = [];
  readonly notes: Note[] = [];
  readonly draftNotes: DraftNote[] = [];
  readonly pipelines: Pipeline[] = [];
  readonly jobs: Job[] = [];
  readonly releases: Release[] = [];
  readonly usageEvents: UsageEvent[] = [];

  readonly #ids = { ...FIRST_ID };
  readonly #iids = new Map<Project | Group, Partial<Record<keyof typeof FIRST_ID, number>>>();

  nextId(kind: keyof typeof FIRST_ID): number {
    this.#ids[kind] += 1;
    return this.#ids[kind];
  }

  addUser(input: Input<User> = {}): User {
    const id = this.nextId('user');
    const username = input.username ?? `user${id}`;
    const user: User = {
      kind: 'user',
      id,
      username,
      name: capitalized(username),
      email: `${username}@example.com`,
      state: 'active',
      admin: false,
      bot: false,
      createdAt: this.now(),
      ...input,
    };
    this.users.push(user);
    return user;
  }

  /** `path` may be a full path, `acme/platform`: groups above it are made where they are missing. */
  addGroup({ path: fullPath, ...input }: Input<Group, 'path'>): Group {
    const { parent, path } = this.#place(fullPath, input.parent);
    const group: Group = {
      kind: 'group',
      id: this.nextId('group'),
      name: capitalized(path),
      description: '',
      visibility: 'private',
      createdAt: this.now(),
      ...input,
      path,
      parent,
    };
    this.groups.push(group);
    return group;
  }

  /**
   * `path` may be a full path; its first part is a user's name or a group, which is made where it is missing. `files`
   * become the first commit of the default branch.
   */
  addProject({
    path: fullPath,
    files,
    ...input
  }: Input<Project, 'path'> & { files?: Readonly<Record<string, string>> }): Project {
    const { parent, path } = this.#place(fullPath, undefined);
    const name = fullPath.split('/').length === 2 ? fullPath.split('/')[0] : undefined;
    const namespace = input.namespace ?? this.users.find((user) => user.username === name) ?? parent;
    const now = this.now();
    const project: Project = {
      kind: 'project',
      id: this.nextId('project'),
      name: capitalized(path),
      description: null,
      visibility: 'private',
      defaultBranch: 'main',
      repository: undefined,
      protectedBranches: ['main'],
      formerPaths: [],
      topics: [],
      archived: false,
      issuesEnabled: true,
      mergeRequestsEnabled: true,
      wikiEnabled: true,
      jobsEnabled: true,
      snippetsEnabled: true,
      approvalsRequired: 0,
      mergeMethod: 'merge',
      mergeNeedsPipeline: false,
      mergeNeedsResolvedThreads: false,
      starCount: 0,
      forkedFrom: undefined,
      creator: undefined,
      createdAt: now,
      lastActivityAt: now,
      ...input,
      path,
      namespace: namespace ?? this.addGroup({ path: 'acme' }),
    };
    this.projects.push(project);
    if (files) this.commit(project, { files, message: 'Initial commit' });
    return project;
  }

  /** Commits files (null deletes one) to a branch, which is made from `from` or the default branch. Returns the hash. */
  commit(
    project: Project,
    input: {
      files: Readonly<Record<string, string | Buffer | null>>;
      message?: string;
      branch?: string;
      from?: string;
      author?: User;
    },
  ): string {
    const repository = this.repositoryOf(project);
    const branch = input.branch ?? project.defaultBranch;
    const author = input.author ?? project.creator;
    const from =
      input.from ?? (repository.resolve(`refs/heads/${branch}`) ? branch : repository.resolve(project.defaultBranch));
    const sha = repository.commit({
      branch,
      message: input.message ?? 'Change files',
      author: {
        name: author?.name ?? 'Administrator',
        email: author?.email ?? 'admin@example.com',
        at: this.now(),
      },
      changes: Object.entries(input.files).map(([path, content]) =>
        content === null ? { kind: 'delete', path } : { kind: 'write', path, content },
      ),
      ...(from !== undefined && { from }),
    });
    this.pushed(project, branch);
    return sha;
  }

  /** The project's repository, made where there is none yet. */
  repositoryOf(project: Project): Repository {
    project.repository ??= Repository.create();
    return project.repository;
  }

  /** What follows from a push: open merge requests from the branch get a new version. */
  pushed(project: Project, branch: string): void {
    project.lastActivityAt = this.now();
    for (const request of this.mergeRequests) {
      const concerned = request.sourceProject === project && request.sourceBranch === branch;
      if (concerned && request.state === 'opened') this.addVersion(request);
    }
  }

  addMember(source: Group | Project, user: User, accessLevel: AccessLevel, expiresAt: string | null = null): Member {
    const member: Member = { source, user, accessLevel, createdAt: this.now(), expiresAt };
    this.members.push(member);
    return member;
  }

  /**
   * `for`, of project and group tokens, is what the token's bot user becomes a member of, with `accessLevel` (default
   * maintainer). OAuth tokens live two hours and come with a refresh token.
   */
  addToken(
    input: Input<Token, never, 'for'> & { for?: Project | Group; accessLevel?: AccessLevel; kind?: TokenKind } = {},
  ): Token {
    const { for: source, accessLevel = access.maintainer, ...rest } = input;
    const kind = input.kind ?? 'personal';
    const id = this.nextId('token');
    const user = input.user ?? (source ? this.#addBot(source, accessLevel, id) : (this.users[0] ?? this.addUser()));
    const oauth = kind === 'oauth';
    const token: Token = {
      id,
      value: `${{ personal: 'glpat-', project: 'glpat-', group: 'glpat-', oauth: '', job: 'glcbt-' }[kind]}${secret()}`,
      name: `token ${id}`,
      scopes: ['api'],
      revoked: false,
      createdAt: this.now(),
      lastUsedAt: undefined,
      expiresAt: oauth ? new Date(this.now().getTime() + 7_200_000) : undefined,
      refreshToken: oauth ? secret() : undefined,
      applicationUid: oauth ? secret() : undefined,
      job: undefined,
      ...rest,
      kind,
      user,
    };
    this.tokens.push(token);
    return token;
  }

  addLabel(owner: Project | Group, name: string, input: Partial<Label> = {}): Label {
    const label: Label = {
      id: this.nextId('label'),
      color: '#6699cc',
      description: null,
      priority: null,
      ...input,
      owner,
      name,
    };
    this.labels.push(label);
    return label;
  }

  /** The label that is seen by that name in a project or group; made there where there is none. */
  label(owner: Project | Group, name: string): Label {
    const owners: (Project | Group)[] = [owner, ...this.ancestors(owner)];
    const found = this.labels.find((label) => owners.includes(label.owner) && label.name === name);
    return found ?? this.addLabel(owner, name);
  }

  addMilestone(input: Input<Milestone, 'owner'>): Milestone {
    const now = this.now();
    const id = this.nextId('milestone');
    const milestone: Milestone = {
      id,
      iid: this.#iid('milestone', input.owner, input.iid),
      title: `Milestone ${id}`,
      description: '',
      state: 'active',
      startDate: null,
      dueDate: null,
      createdAt: now,
      updatedAt: now,
      ...input,
    };
    this.milestones.push(milestone);
    return milestone;
  }

  addIssue({ labels = [], ...input }: Input<Issue, 'project', 'labels'> & Named): Issue {
    const now = this.now();
    const iid = this.#iid('issue', input.project, input.iid);
    const issue: Issue = {
      kind: 'issue',
      id: this.nextId('issue'),
      iid,
      title: `Issue ${iid}`,
      description: null,
      state: 'opened',
      type: 'issue',
      severity: 'UNKNOWN',
      author: this.#anybody(input.project),
      assignees: [],
      labels: labels.map((name) => this.label(input.project, name)),
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
    this.issues.push(issue);
    return issue;
  }

  addIssueLink(source: Issue, target: Issue, type: IssueLink['type'] = 'relates_to'): IssueLink {
    const now = this.now();
    const link: IssueLink = { id: this.nextId('issueLink'), source, target, type, createdAt: now, updatedAt: now };
    this.issueLinks.push(link);
    return link;
  }

  /** Its first version is what the branches hold, where there is a repository that has both. */
  addMergeRequest({ labels = [], ...input }: Input<MergeRequest, 'project', 'labels'> & Named): MergeRequest {
    const now = this.now();
    const { project } = input;
    const iid = this.#iid('mergeRequest', project, input.iid);
    const mergeRequest: MergeRequest = {
      kind: 'merge_request',
      id: this.nextId('mergeRequest'),
      iid,
      sourceProject: project,
      sourceBranch: `branch-${iid}`,
      targetBranch: project.defaultBranch,
      title: `Merge request ${iid}`,
      description: null,
      state: 'opened',
      author: this.#anybody(project),
      assignees: [],
      reviewers: [],
      labels: labels.map((name) => this.label(project, name)),
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
    this.mergeRequests.push(mergeRequest);
    if (!input.versions) this.addVersion(mergeRequest);
    return mergeRequest;
  }

  /** Takes over what was pushed to the source branch since the last version, if anything. */
  addVersion(mergeRequest: MergeRequest): void {
    const { repository } = mergeRequest.project;
    const source = mergeRequest.sourceProject.repository;
    const headSha = source?.resolve(`refs/heads/${mergeRequest.sourceBranch}`);
    const startSha = repository?.resolve(`refs/heads/${mergeRequest.targetBranch}`);
    if (!repository || !source || !headSha || !startSha || mergeRequest.versions.at(-1)?.headSha === headSha) return;
    // A push takes the approvals away.
    if (mergeRequest.versions.length > 0) mergeRequest.approvals = [];
    repository.fetch(source, headSha, `refs/merge-requests/${mergeRequest.iid}/head`);
    const baseSha = repository.mergeBase(startSha, headSha) ?? startSha;
    mergeRequest.versions.push({ id: this.nextId('version'), headSha, startSha, baseSha, createdAt: this.now() });
  }

  addEpic({ labels = [], ...input }: Input<Epic, 'group', 'labels'> & Named): Epic {
    const now = this.now();
    const iid = this.#iid('epic', input.group, input.iid);
    const epic: Epic = {
      kind: 'epic',
      id: this.nextId('epic'),
      workItemId: this.nextId('workItem'),
      iid,
      parent: undefined,
      title: `Epic ${iid}`,
      description: null,
      state: 'opened',
      author: this.#anybody(input.group),
      labels: labels.map((name) => this.label(input.group, name)),
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
    this.epics.push(epic);
    return epic;
  }

  addSnippet(input: Input<Snippet> = {}): Snippet {
    const now = this.now();
    const id = this.nextId('snippet');
    const snippet: Snippet = {
      kind: 'snippet',
      id,
      project: undefined,
      title: `Snippet ${id}`,
      description: null,
      visibility: 'private',
      author: this.#anybody(input.project),
      files: { 'snippet.txt': 'Text\n' },
      createdAt: now,
      updatedAt: now,
      ...input,
    };
    this.snippets.push(snippet);
    return snippet;
  }

  addDiscussion(noteable: Noteable, individual = false): Discussion {
    const discussion: Discussion = { id: randomBytes(20).toString('hex'), noteable, individual };
    this.discussions.push(discussion);
    return discussion;
  }

  /** Without a discussion it is a single comment; in one it is a reply, which makes the discussion a thread. */
  addNote(noteable: Noteable, input: Partial<Note> = {}): Note {
    const now = this.now();
    const discussion = input.discussion ?? this.addDiscussion(noteable, true);
    const type = input.type ?? (input.position ? 'DiffNote' : discussion.individual ? null : 'DiscussionNote');
    const note: Note = {
      id: this.nextId('note'),
      body: 'A comment',
      author: noteable.author,
      system: false,
      internal: false,
      resolvable: noteable.kind === 'merge_request' && type !== null,
      resolved: false,
      resolvedBy: undefined,
      resolvedAt: undefined,
      position: undefined,
      createdAt: now,
      updatedAt: now,
      ...input,
      type,
      discussion,
      noteable,
    };
    this.notes.push(note);
    return note;
  }

  addDraftNote(input: Input<DraftNote, 'mergeRequest'>): DraftNote {
    const draft: DraftNote = {
      id: this.nextId('draftNote'),
      author: input.mergeRequest.author,
      body: 'A draft',
      discussion: undefined,
      resolveDiscussion: false,
      position: undefined,
      ...input,
    };
    this.draftNotes.push(draft);
    return draft;
  }

  /** By default of the tip of the default branch, or of `ref`. */
  addPipeline(input: Input<Pipeline, 'project'>): Pipeline {
    const now = this.now();
    const { project } = input;
    const ref = input.ref ?? project.defaultBranch;
    const pipeline: Pipeline = {
      kind: 'pipeline',
      id: this.nextId('pipeline'),
      iid: this.#iid('pipeline', project, input.iid),
      name: null,
      ref,
      tag: false,
      sha: project.repository?.resolve(ref) ?? randomBytes(20).toString('hex'),
      beforeSha: '0'.repeat(40),
      status: 'success',
      source: 'push',
      user: this.#anybody(project),
      yamlErrors: null,
      variables: [],
      testSuites: [],
      coverage: null,
      createdAt: now,
      updatedAt: now,
      startedAt: now,
      finishedAt: now,
      ...input,
    };
    this.pipelines.push(pipeline);
    return pipeline;
  }

  addJob(input: Input<Job, 'pipeline'>): Job {
    const { pipeline } = input;
    const id = this.nextId('job');
    const job: Job = {
      kind: 'job',
      id,
      bridge: false,
      downstream: undefined,
      name: `job ${id}`,
      stage: 'test',
      status: pipeline.status,
      failureReason: pipeline.status === 'failed' ? 'script_failure' : null,
      allowFailure: false,
      retried: false,
      user: pipeline.user,
      log: '',
      artifacts: {},
      artifactsExpireAt: undefined,
      coverage: null,
      tags: [],
      createdAt: pipeline.createdAt,
      startedAt: pipeline.startedAt,
      finishedAt: pipeline.finishedAt,
      erasedAt: undefined,
      ...input,
    };
    this.jobs.push(job);
    return job;
  }

  addRelease(input: Input<Release, 'project' | 'tagName'>): Release {
    const now = this.now();
    const release: Release = {
      name: input.tagName,
      description: '',
      author: this.#anybody(input.project),
      milestones: [],
      links: [],
      createdAt: now,
      releasedAt: now,
      ...input,
    };
    this.releases.push(release);
    return release;
  }

  /** The groups above a project or group, nearest first. */
  ancestors(of: Group | Project): Group[] {
    const above: Group[] = [];
    let next = of.kind === 'group' ? of.parent : of.namespace;
    while (next?.kind === 'group') {
      above.push(next);
      next = next.parent;
    }
    return above;
  }

  group(fullPath: string): Group | undefined {
    return this.groups.find((group) => pathOf(group).toLowerCase() === fullPath.toLowerCase());
  }

  project(fullPath: string): Project | undefined {
    return this.projects.find((project) => pathOf(project).toLowerCase() === fullPath.toLowerCase());
  }

  /** Removes the repositories' folders. */
  close(): void {
    for (const { repository } of this.projects) {
      if (repository) rmSync(repository.folder, { recursive: true, force: true });
    }
  }

  #iid(kind: keyof typeof FIRST_ID, owner: Project | Group, given?: number): number {
    const counters = this.#iids.get(owner) ?? {};
    this.#iids.set(owner, counters);
    const last = counters[kind] ?? 0;
    const iid = given ?? last + 1;
    counters[kind] = Math.max(last, iid);
    return iid;
  }

  #place(fullPath: string, parent: Group | undefined): { parent: Group | undefined; path: string } {
    const parts = fullPath.split('/');
    const path = parts.pop() ?? '';
    const above = parts.join('/');
    if (above === '' || this.users.some(({ username }) => username === above)) return { parent, path };
    return { parent: this.group(above) ?? this.addGroup({ path: above }), path };
  }

  #addBot(source: Project | Group, accessLevel: AccessLevel, id: number): User {
    const bot = this.addUser({ username: `${source.kind}_${source.id}_bot_${id}`, name: `token ${id}`, bot: true });
    this.addMember(source, bot, accessLevel);
    return bot;
  }

  /** An author for what nobody is named for: a member, else the first user. */
  #anybody(source: Project | Group | undefined): User {
    const sources = source ? [source, ...this.ancestors(source)] : [];
    const member = this.members.find((one) => sources.includes(one.source) && !one.user.bot);
    return member?.user ?? this.users[0] ?? this.addUser();
  }
}

/** `acme/platform/tools`, of a user the name. */
export function pathOf(one: Project | Group | User): string {
  if (one.kind === 'user') return one.username;
  const above = one.kind === 'group' ? one.parent : one.namespace;
  return above ? `${pathOf(above)}/${one.path}` : one.path;
}

const secret = (): string => randomBytes(16).toString('hex');

const capitalized = (path: string): string => path.charAt(0).toUpperCase() + path.slice(1).replaceAll(/[-_]/g, ' ');
