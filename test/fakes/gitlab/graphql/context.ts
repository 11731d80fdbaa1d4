// What resolvers work with, and how they refuse.
import { GraphQLError } from 'graphql';
import type { Context } from '../http/context.js';
import { ApiError } from '../http/reply.js';
import type { Instance } from '../http/route.js';
import { mayRead } from '../services/notes/access.js';
import { levelOf, maySee, maySeeEpic, maySeeIssue } from '../world/access.js';
import { access, type Epic, type Issue, type Note, type Place, type User } from '../world/types.js';
import type { World } from '../world/world.js';

/** Epics and issues are work items of different types. */
export type Item = Epic | Issue;

export interface Resolving {
  world: World;
  instance: Instance;
  user: User | undefined;
  /** The token's scopes admit mutations. */
  mayWrite: boolean;
  /** For what REST and GraphQL have in common. */
  request: Context<unknown>;
}

/** GitLab's error for what is not there and for what one may not do: it does not say which. */
export const notAvailable = (): GraphQLError =>
  new GraphQLError(
    "The resource that you are attempting to access does not exist or you don't have permission to perform this action",
  );

export const visible = ({ world, user }: Resolving, item: Item): boolean =>
  item.kind === 'epic' ? maySeeEpic(world, user, item) : maySeeIssue(world, user, item);

export function mayChange({ world, user }: Resolving, item: Item): boolean {
  const level = levelOf(world, user, placeOf(item));
  return item.author === user || level >= access.planner || (item.kind === 'issue' && isAssigned(item, user));
}

const isAssigned = ({ assignees }: Issue, user: User | undefined): boolean => assignees.some((one) => one === user);

export const placeOf = (item: Item): Place => (item.kind === 'epic' ? item.group : item.project);

export const itemId = (item: Item): number => (item.kind === 'epic' ? item.workItemId : item.id);

/** By the id of the work item; undefined where there is none that the user may see. */
export function findItem(on: Resolving, id: number): Item | undefined {
  const { epics, issues } = on.world;
  const item = epics.find(({ workItemId }) => workItemId === id) ?? issues.find((issue) => issue.id === id);
  return item && visible(on, item) ? item : undefined;
}

/** A group or project by its full path. */
export function findPlace({ world, user }: Resolving, fullPath: string): Place | undefined {
  const place = world.group(fullPath) ?? world.project(fullPath);
  return place && maySee(world, user, place) ? place : undefined;
}

/** As far as the user may read them. `filter` as in `NotesFilterType`. */
export function notesOf({ world, user }: Resolving, item: Item, filter = 'ALL_NOTES'): Note[] {
  return world.notes
    .filter((note) => note.noteable === item && mayRead(world, user, note))
    .filter(({ system }) => (filter === 'ONLY_COMMENTS' ? !system : filter === 'ONLY_ACTIVITY' ? system : true));
}

/** Runs what may refuse as REST does; GraphQL has the sentences in the payload's `errors`. */
export function collectErrors(change: () => void): string[] {
  try {
    change();
    return [];
  } catch (error) {
    const message =
      error instanceof ApiError && error.status === 400 ? (error.body as { message?: unknown }).message : undefined;
    if (typeof message !== 'object' || message === null) throw error;
    return Object.entries(message as Record<string, string[]>).flatMap(([field, texts]) =>
      texts.map((text) => `${field === 'base' ? '' : `${sentence(field)} `}${text}`),
    );
  }
}

const sentence = (field: string): string => field.charAt(0).toUpperCase() + field.slice(1).replaceAll('_', ' ');
