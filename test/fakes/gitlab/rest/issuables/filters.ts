// Which issues or merge requests a list's parameters ask for. Every filter that is given must hold.
import type * as z from 'zod';
import { bySearch } from '../../services/search.js';
import type { Issuable, Milestone, User } from '../../world/types.js';
import type { World } from '../../world/world.js';
import type { Excluded, filterParams } from './params.js';

export type Filters = z.output<z.ZodObject<typeof filterParams>>;
type Test = (one: Issuable) => boolean;

/** A test for the parameters that both lists have. */
export function matches(world: World, filters: Filters): Test {
  const tests = [...dates(filters), ...positive(world, filters), ...(filters.not ? negative(filters.not) : [])];
  return (one) => tests.every((test) => test(one));
}

function dates({ created_after, created_before, updated_after, updated_before }: Filters): Test[] {
  return [
    ...(created_after ? [(one: Issuable) => one.createdAt >= created_after] : []),
    ...(created_before ? [(one: Issuable) => one.createdAt <= created_before] : []),
    ...(updated_after ? [(one: Issuable) => one.updatedAt >= updated_after] : []),
    ...(updated_before ? [(one: Issuable) => one.updatedAt <= updated_before] : []),
  ];
}

function positive(world: World, filters: Filters): Test[] {
  const { iids, labels, author_id, author_username, assignee_id, assignee_username } = filters;
  const milestone = filters.milestone ?? filters.milestone_id;
  return [
    ...(iids ? [(one: Issuable) => iids.includes(one.iid)] : []),
    ...(labels ? [byLabels(labels)] : []),
    ...(milestone ? [byMilestone(world, milestone)] : []),
    ...(author_id === undefined ? [] : [(one: Issuable) => one.author.id === author_id]),
    ...(author_username ? [(one: Issuable) => isNamed(author_username)(one.author)] : []),
    ...(assignee_id === undefined ? [] : [byPeople((one) => one.assignees, assignee_id)]),
    ...(assignee_username
      ? [(one: Issuable) => assignee_username.every((name) => one.assignees.some(isNamed(name)))]
      : []),
    ...(filters.search ? [bySearch(filters.search, filters.in)] : []),
    ...(filters.non_archived ? [(one: Issuable) => !one.project.archived] : []),
    // Nobody ever reacts here.
    ...(filters.my_reaction_emoji ? [() => filters.my_reaction_emoji?.toLowerCase() === 'none'] : []),
  ];
}

function negative(not: Excluded): Test[] {
  const { iids, labels, milestone, author_id, author_username, assignee_id, assignee_username, search } = not;
  return [
    ...(iids ? [(one: Issuable) => !iids.includes(one.iid)] : []),
    ...(labels ? [(one: Issuable) => !one.labels.some(({ name }) => labels.includes(name))] : []),
    ...(milestone ? [(one: Issuable) => one.milestone?.title !== milestone] : []),
    ...(author_id === undefined ? [] : [(one: Issuable) => one.author.id !== author_id]),
    ...(author_username ? [(one: Issuable) => !isNamed(author_username)(one.author)] : []),
    ...(assignee_id === undefined ? [] : [(one: Issuable) => !one.assignees.some(({ id }) => id === assignee_id)]),
    ...(assignee_username
      ? [(one: Issuable) => !one.assignees.some((user) => assignee_username.some((name) => isNamed(name)(user)))]
      : []),
    ...(search ? [(one: Issuable) => !bySearch(search, not.in ?? 'title,description')(one)] : []),
  ];
}

function byLabels(names: readonly string[]): Test {
  const word = names.length === 1 ? names[0]?.toLowerCase() : undefined;
  if (word === 'none' || word === 'no label') return ({ labels }) => labels.length === 0;
  if (word === 'any') return ({ labels }) => labels.length > 0;
  return ({ labels }) => names.every((name) => labels.some((label) => label.name === name));
}

function byMilestone(world: World, wanted: string): Test {
  const today = world.now().toISOString().slice(0, 10);
  const tests: Record<string, (milestone: Milestone | undefined) => boolean> = {
    none: (milestone) => milestone === undefined,
    'no milestone': (milestone) => milestone === undefined,
    any: (milestone) => milestone !== undefined,
    started: (milestone) => (milestone?.startDate ?? '9') <= today && (milestone?.dueDate ?? '9') >= today,
    upcoming: (milestone) => milestone?.state === 'active' && (milestone.startDate ?? milestone.dueDate ?? '') > today,
  };
  const test = tests[wanted.toLowerCase().replace(/^#/, '')];
  return ({ milestone }) => (test ? test(milestone) : milestone?.title === wanted);
}

/** `wanted` is an id, `None` or `Any`; the id 0 stands for none. */
export function byPeople<T extends Issuable>(people: (one: T) => readonly User[], wanted: string) {
  const word = wanted.toLowerCase();
  return (one: T): boolean => {
    if (word === 'none' || word === '0') return people(one).length === 0;
    if (word === 'any') return people(one).length > 0;
    return people(one).some(({ id }) => String(id) === wanted);
  };
}

const isNamed = (username: string) => (user: User) => user.username.toLowerCase() === username.toLowerCase();
