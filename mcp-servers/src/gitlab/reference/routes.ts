// The pages of a project or group that stand for one thing: what follows the dash in their addresses.
import { openedItem } from './drawer.js';
import type { InRepository, Kind, Lines, Place, Reference } from './reference.js';
import { numberFrom } from './reference.js';
import { numberedReference } from './shorthand.js';

/** Undefined if the page is not about one thing (a list, a form). */
type Route = (place: Place, rest: string[], url: URL) => Reference | undefined;

const inProject =
  (kind: Kind): Route =>
  (place, [number]) =>
    'group' in place ? undefined : numberedReference(kind, place, numberIn(number));

const anywhere =
  (kind: Kind): Route =>
  (place, [number]) =>
    'project' in place || 'group' in place ? numberedReference(kind, place, numberIn(number)) : undefined;

/** Addresses may ask for another form of the page: `12.json`. */
function numberIn(segment: string | undefined): number | undefined {
  return numberFrom(segment?.replace(/\.(?:json|diff|patch)$/, ''));
}

function issue(place: Place, rest: string[]): Reference | undefined {
  if (!('project' in place)) return undefined;
  const number = rest[0] === 'incident' ? rest[1] : rest[0];
  return numberedReference('issue', place, numberIn(number));
}

function epic(place: Place, [number]: string[]): Reference | undefined {
  return 'group' in place ? numberedReference('epic', place, numberIn(number)) : undefined;
}

function mergeRequest(place: Place, [number]: string[], { searchParams }: URL): Reference | undefined {
  const iid = numberIn(number);
  if (!('project' in place) || iid === undefined) return undefined;
  const version = numberFrom(searchParams.get('diff_id') ?? undefined);
  return { kind: 'merge_request', ...place, iid, ...(version === undefined ? {} : { version }) };
}

function job(place: Place, [number]: string[], { hash }: URL): Reference | undefined {
  const id = numberIn(number);
  if (!('project' in place) || id === undefined) return undefined;
  return { kind: 'job', ...place, id, ...linesIn(hash) };
}

function commit(place: Place, [name = '']: string[]): Reference | undefined {
  const sha = /^([0-9a-f]{7,64})(?:\.(?:diff|patch))?$/i.exec(name)?.[1];
  return 'project' in place && sha ? { kind: 'commit', ...place, sha } : undefined;
}

function compare(place: Place, rest: string[]): Reference | undefined {
  const [from, to, ...more] = rest.join('/').split('...');
  return 'project' in place && from && to && more.length === 0 ? { kind: 'compare', ...place, from, to } : undefined;
}

function file(place: Place, rest: string[], { hash }: URL): Reference | undefined {
  const found = inRepository(place, rest);
  return found?.path ? { kind: 'file', ...found, ...linesIn(hash) } : undefined;
}

function tree(place: Place, rest: string[]): Reference | undefined {
  const found = inRepository(place, rest);
  return found && { kind: 'tree', ...found };
}

function inRepository(place: Place, rest: string[]): InRepository | undefined {
  const [ref, ...path] = rest;
  return 'project' in place && ref ? { ...place, ref, path: path.join('/'), refPath: rest.join('/') } : undefined;
}

function tag(place: Place, rest: string[]): Reference | undefined {
  const name = rest.join('/');
  return 'project' in place && name && name !== 'new' ? { kind: 'tag', ...place, name } : undefined;
}

/** `#L10`, `#L10-20`, `#L10-L20` */
function linesIn(hash: string): { lines?: Lines } {
  const found = /^#L(\d+)(?:-L?(\d+))?$/.exec(hash);
  const first = numberFrom(found?.[1]);
  if (first === undefined) return {};
  return { lines: { first, last: Math.max(first, numberFrom(found?.[2]) ?? first) } };
}

/** Pages that may have an item open, whether or not they have a route of their own. */
const lists: readonly string[] = ['issues', 'work_items', 'epics', 'boards', 'epic_boards'];

const pages: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['issues', issue],
  ['epics', epic],
  ['work_items', anywhere('work_item')],
  ['milestones', anywhere('milestone')],
  ['merge_requests', mergeRequest],
  ['pipelines', inProject('pipeline')],
  ['jobs', job],
  ['builds', job],
  ['snippets', inProject('snippet')],
  ['commit', commit],
  ['compare', compare],
  ['blob', file],
  ['raw', file],
  ['blame', file],
  ['edit', file],
  ['tree', tree],
  ['commits', tree],
  ['tags', tag],
  ['releases', tag],
]);

/** `path` is what follows the dash. Undefined for pages that are not about one thing. */
export function route(place: Place, [name = '', ...rest]: string[], url: URL): Reference | undefined {
  return pages.get(name)?.(place, rest, url) ?? (lists.includes(name) ? openedItem(name, place, url) : undefined);
}

/** Whether pages begin with this word. */
export function isPage(name: string | undefined): boolean {
  return pages.has(name ?? '');
}
