// Everything a GitLab holds, and terse ways to put more into it. Every `add` method fills in what the caller leaves out.
import { Repository } from '../git/repository.js';
import { type Job, type JobInput, newJob, newPipeline, type Pipeline, type PipelineInput } from './ci.js';
import { type CommitFiles, commit } from './commits.js';
import {
  type Discussion,
  type DraftNote,
  type DraftNoteInput,
  type Note,
  type Noteable,
  newDiscussion,
  newDraftNote,
  newNote,
} from './discussions.js';
import { type Epic, type EpicInput, newEpic } from './epics.js';
import { Ids } from './ids.js';
import { type Issue, type IssueInput, type IssueLink, newIssue, newIssueLink } from './issues.js';
import { type MergeRequest, type MergeRequestInput, newMergeRequest, newVersion } from './merge-requests.js';
import { type AccessLevel, type Member, newUser, type User, type UserInput } from './people.js';
import {
  type Group,
  type GroupInput,
  lineage,
  newGroup,
  newProject,
  type Place,
  type Project,
  type ProjectInput,
  pathOf,
} from './places.js';
import { type Label, type Milestone, type MilestoneInput, newLabel, newMilestone } from './planning.js';
import { newRelease, type Release, type ReleaseInput } from './releases.js';
import { newSnippet, type Snippet, type SnippetInput } from './snippets.js';
import { newToken, type Token, type TokenInput } from './tokens.js';
import type { UsageEvent } from './usage-events.js';

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

  readonly ids = new Ids();

  addUser(input: UserInput = {}): User {
    return put(this.users, newUser(this, input));
  }

  addMember(source: Place, user: User, accessLevel: AccessLevel, expiresAt: string | null = null): Member {
    return put(this.members, { source, user, accessLevel, createdAt: this.now(), expiresAt });
  }

  /** OAuth tokens live two hours and come with a refresh token. */
  addToken(input: TokenInput = {}): Token {
    return put(this.tokens, newToken(this, input));
  }

  /** `path` may be a full path, `acme/platform`: groups above it are made where they are missing. */
  addGroup(input: GroupInput): Group {
    return put(this.groups, newGroup(this, input));
  }

  /**
   * `path` may be a full path; its first part is a user's name or a group, which is made where it is missing. `files`
   * become the first commit of the default branch.
   */
  addProject({ files, ...input }: ProjectInput & { files?: Readonly<Record<string, string>> }): Project {
    const project = put(this.projects, newProject(this, input));
    if (files) this.commit(project, { files, message: 'Initial commit' });
    return project;
  }

  /** Commits files (null deletes one) to a branch, which is made from `from` or the default branch. Returns the hash. */
  commit(project: Project, input: CommitFiles): string {
    const sha = commit(this, project, input);
    this.pushed(project, input.branch ?? project.defaultBranch);
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

  addLabel(owner: Place, name: string, input: Partial<Label> = {}): Label {
    return put(this.labels, newLabel(this, owner, name, input));
  }

  addMilestone(input: MilestoneInput): Milestone {
    return put(this.milestones, newMilestone(this, input));
  }

  addIssue(input: IssueInput): Issue {
    return put(this.issues, newIssue(this, input));
  }

  addIssueLink(source: Issue, target: Issue, type: IssueLink['type'] = 'relates_to'): IssueLink {
    return put(this.issueLinks, newIssueLink(this, source, target, type));
  }

  addEpic(input: EpicInput): Epic {
    return put(this.epics, newEpic(this, input));
  }

  /** Its first version is what the branches hold, where there is a repository that has both. */
  addMergeRequest(input: MergeRequestInput): MergeRequest {
    const mergeRequest = put(this.mergeRequests, newMergeRequest(this, input));
    if (!input.versions) this.addVersion(mergeRequest);
    return mergeRequest;
  }

  /** Takes over what was pushed to the source branch since the last version, if anything. That undoes approvals. */
  addVersion(mergeRequest: MergeRequest): void {
    const version = newVersion(this, mergeRequest);
    if (!version) return;
    if (mergeRequest.versions.length > 0) mergeRequest.approvals = [];
    mergeRequest.versions.push(version);
  }

  addSnippet(input: SnippetInput = {}): Snippet {
    return put(this.snippets, newSnippet(this, input));
  }

  addDiscussion(noteable: Noteable, individual = false): Discussion {
    return put(this.discussions, newDiscussion(noteable, individual));
  }

  /** Without a discussion it is a single comment; in one it is a reply, which makes the discussion a thread. */
  addNote(noteable: Noteable, input: Partial<Note> = {}): Note {
    return put(this.notes, newNote(this, noteable, input));
  }

  addDraftNote(input: DraftNoteInput): DraftNote {
    return put(this.draftNotes, newDraftNote(this, input));
  }

  /** By default of the tip of the default branch, or of `ref`. */
  addPipeline(input: PipelineInput): Pipeline {
    return put(this.pipelines, newPipeline(this, input));
  }

  addJob(input: JobInput): Job {
    return put(this.jobs, newJob(this, input));
  }

  addRelease(input: ReleaseInput): Release {
    return put(this.releases, newRelease(this, input));
  }

  /** The label that is seen by that name in a project or group; made there where there is none. */
  label(owner: Place, name: string): Label {
    const owners = lineage(owner);
    const found = this.labels.find((label) => owners.includes(label.owner) && label.name === name);
    return found ?? this.addLabel(owner, name);
  }

  group(fullPath: string): Group | undefined {
    return this.groups.find((group) => pathOf(group).toLowerCase() === fullPath.toLowerCase());
  }

  project(fullPath: string): Project | undefined {
    return this.projects.find((project) => pathOf(project).toLowerCase() === fullPath.toLowerCase());
  }

  /** Removes the repositories' folders. */
  close(): void {
    for (const { repository } of this.projects) repository?.remove();
  }
}

function put<T>(list: T[], one: T): T {
  list.push(one);
  return one;
}
