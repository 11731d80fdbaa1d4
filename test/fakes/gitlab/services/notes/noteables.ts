// What can be commented on: where it is in the API, how it is found, and who may comment on it.
import type { Context } from '../../http/context.js';
import { notFound } from '../../http/reply.js';
import type { Instance } from '../../http/route.js';
import { levelOf, maySee, maySeeEpic } from '../../world/access.js';
import { access, type Noteable, type Place, type Snippet, type User } from '../../world/types.js';
import type { World } from '../../world/world.js';
import { findIssue, findMergeRequest } from '../issuables/find.js';

export interface NoteableFamily {
  /** With `:noteable_id` at its end. */
  path: string;
  /** Throws GitLab's 404. */
  find(context: Context<unknown>): Noteable;
  when?: (instance: Instance) => boolean;
}

export const noteableFamilies: readonly NoteableFamily[] = [
  {
    path: '/projects/:id/issues/:noteable_id',
    find: (context) => findIssue(context, context.id('noteable_id')),
  },
  {
    path: '/projects/:id/merge_requests/:noteable_id',
    find: (context) => findMergeRequest(context, context.id('noteable_id')),
  },
  { path: '/projects/:id/snippets/:noteable_id', find: findSnippet },
  {
    // By its global id, where all else about epics takes the iid.
    path: '/groups/:id/epics/:noteable_id',
    find: findEpic,
    when: ({ edition, restEpics }) => edition === 'ee' && restEpics,
  },
];

function findSnippet(context: Context<unknown>): Snippet {
  const project = context.project();
  const id = context.id('noteable_id');
  const snippet = context.world.snippets.find((one) => one.id === id && one.project === project);
  const open = snippet?.visibility !== 'private' || context.can(access.guest, project);
  if (!snippet || !project.snippetsEnabled || !open) throw notFound();
  return snippet;
}

function findEpic(context: Context<unknown>) {
  const group = context.group();
  const id = context.id('noteable_id');
  const epic = context.world.epics.find((one) => one.id === id && one.group === group);
  if (!epic || !maySeeEpic(context.world, context.user, epic)) throw notFound();
  return epic;
}

/** Where members are looked up; undefined for a personal snippet. */
function placeOf(noteable: Noteable): Place | undefined {
  return noteable.kind === 'epic' ? noteable.group : noteable.project;
}

export function levelAt(world: World, user: User | undefined, noteable: Noteable): number {
  const place = placeOf(noteable);
  return place ? levelOf(world, user, place) : access.none;
}

/** Whoever sees it, but only members once the discussion is locked. */
export function mayComment(world: World, user: User, noteable: Noteable): boolean {
  const place = placeOf(noteable);
  if (!place || (place.kind === 'project' && place.archived)) return false;
  const locked = 'discussionLocked' in noteable && noteable.discussionLocked === true;
  return locked ? levelOf(world, user, place) >= access.guest : maySee(world, user, place);
}
