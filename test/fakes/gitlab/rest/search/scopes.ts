// What each scope of a search finds, and how it is answered.
import { commitDetail } from '../../entities/commit.js';
import { issueBasic } from '../../entities/issue-basic.js';
import { mergeRequestBasic } from '../../entities/merge-request.js';
import { milestoneEntity } from '../../entities/milestone.js';
import { noteEntity } from '../../entities/note.js';
import { basicProject } from '../../entities/project.js';
import { snippetEntity } from '../../entities/snippet.js';
import { userBasic } from '../../entities/user.js';
import { readCommit } from '../../git/log.js';
import type { Context } from '../../http/context.js';
import type { Reply } from '../../http/reply.js';
import { contains } from '../../services/search.js';
import { levelOf, mayReadCode, maySee, maySeeIssue, maySeeMergeRequests } from '../../world/access.js';
import type { Issue, MergeRequest, Milestone, Note, Place, Project, Snippet } from '../../world/types.js';
import { sorted } from '../sorting.js';
import { blobEntity, searchBlobs } from './blobs.js';

export interface Search {
  context: Context;
  words: string;
  /** Those that the user may see, within the group or project that is searched. */
  projects: readonly Project[];
  within: Place | undefined;
  state: string | undefined;
  confidential: boolean | undefined;
  /** Newest first unless the request says otherwise. */
  direction: 'asc' | 'desc';
  ref: string | undefined;
  /** Only titles are searched. */
  titles: boolean;
}

export const scopes = {
  projects: ({ context, projects, words, direction }: Search): Reply =>
    context.paginate(
      newest(
        projects.filter(({ name, path, description }) => contains(words, name, path, description)),
        direction,
      ),
      (project) => basicProject(context.world, project, context.user),
    ),

  issues: (search: Search): Reply => {
    const { context, projects, confidential, state } = search;
    const { user, world } = context;
    const found = world.issues.filter(
      (issue) =>
        projects.includes(issue.project) &&
        maySeeIssue(world, user, issue) &&
        isInState(issue, state) &&
        (confidential === undefined || issue.confidential === confidential) &&
        isNamedOrDescribed(search, issue, '#'),
    );
    return context.paginate(newest<Issue>(found, search.direction), (issue) => issueBasic(world, issue));
  },

  merge_requests: (search: Search): Reply => {
    const { context, projects, state } = search;
    const { user, world } = context;
    const found = world.mergeRequests.filter(
      (request) =>
        projects.includes(request.project) &&
        maySeeMergeRequests(world, user, request.project) &&
        isInState(request, state) &&
        isNamedOrDescribed(search, request, '!'),
    );
    return context.paginate(newest<MergeRequest>(found, search.direction), (one) => mergeRequestBasic(world, one));
  },

  milestones: ({ context, projects, within, words, direction }: Search): Reply => {
    const { world } = context;
    const found = world.milestones.filter(
      ({ owner, title, description }) =>
        (owner.kind === 'project' ? projects.includes(owner) : owner === within) && contains(words, title, description),
    );
    return context.paginate(newest<Milestone>(found, direction), (milestone) => milestoneEntity(world, milestone));
  },

  users: ({ context, words, within }: Search): Reply => {
    const { world } = context;
    const found = world.users.filter(
      (user) =>
        (contains(words, user.name, user.username) || user.email === words) &&
        (!within || levelOf(world, user, within) > 0),
    );
    return context.paginate(found, (user) => userBasic(world, user));
  },

  snippet_titles: ({ context, words, direction }: Search): Reply => {
    const { user, world } = context;
    const found = world.snippets.filter(
      (snippet) =>
        contains(words, snippet.title, snippet.description) &&
        (snippet.author === user || snippet.visibility !== 'private') &&
        (!snippet.project || maySee(world, user, snippet.project)),
    );
    return context.paginate(newest<Snippet>(found, direction), (snippet) => snippetEntity(world, snippet));
  },

  notes: ({ context, projects, words, direction }: Search): Reply => {
    const { user, world } = context;
    const found = world.notes.filter(({ noteable, body, system, internal }) => {
      if (system || internal || !contains(words, body) || noteable.kind === 'epic' || !noteable.project) return false;
      if (!projects.includes(noteable.project)) return false;
      if (noteable.kind === 'issue') return maySeeIssue(world, user, noteable);
      return noteable.kind === 'snippet' || maySeeMergeRequests(world, user, noteable.project);
    });
    return context.paginate(newest<Note>(found, direction), (note) => noteEntity(world, note));
  },

  blobs: ({ context, projects, words, ref }: Search): Reply => {
    const { user, world } = context;
    const readable = projects.filter((project) => mayReadCode(world, user, project));
    return context.paginate(
      readable.flatMap((project) => searchBlobs(project, words, ref || project.defaultBranch)),
      blobEntity,
    );
  },

  commits: ({ context, projects, words, ref }: Search): Reply => {
    const { user, world } = context;
    const found = projects
      .filter((project) => mayReadCode(world, user, project))
      .flatMap((project) => searchCommits(project, words, ref || project.defaultBranch));
    return context.paginate(found, ({ project, sha }) => {
      const commit = readCommit(project.repository, sha);
      return commit && commitDetail(world, project, commit, { stats: false });
    });
  },

  /** Nobody here writes wikis. */
  wiki_blobs: ({ context }: Search): Reply => context.paginate([], (blob) => blob),
};

export type Scope = keyof typeof scopes;

const newest = <T extends { id: number; createdAt: Date }>(rows: readonly T[], direction: 'asc' | 'desc'): T[] =>
  sorted(rows, ({ createdAt }) => createdAt, direction);

const isInState = (one: Issue | MergeRequest, state: string | undefined): boolean =>
  state === undefined || state === 'all' || one.state === state;

/** `#12` and `!34` find the one with that number. */
function isNamedOrDescribed({ words, titles }: Search, one: Issue | MergeRequest, sign: '#' | '!'): boolean {
  if (words === `${sign}${one.iid}`) return true;
  return contains(words, one.title, titles ? null : one.description);
}

/** Commits whose message holds the words, and the one whose hash begins with them. */
function searchCommits(project: Project, words: string, ref: string): { project: Project; sha: string }[] {
  const tip = project.repository?.resolve(ref);
  if (!project.repository || !tip) return [];
  const options = ['--fixed-strings', '--regexp-ignore-case', `--grep=${words}`];
  const found = project.repository
    .git('rev-list', ...options, tip, '--')
    .split('\n')
    .filter(Boolean);
  const named = /^[0-9a-f]{7,40}$/.test(words) ? project.repository.resolve(words) : undefined;
  return [...new Set([...(named ? [named] : []), ...found])].map((sha) => ({ project, sha }));
}
