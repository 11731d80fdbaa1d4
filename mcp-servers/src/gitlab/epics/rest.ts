// Epics by GitLab's REST API for them, as it is up to its end.
import * as z from 'zod';
import type { Place } from '../client/endpoint.js';
import type { Call } from '../toolkit/call.js';
import { labels, number, onlyIfSo, people, person, text } from '../toolkit/fields.js';
import { type Page, type Paging, pageWithin } from '../toolkit/paging.js';
import type { Located } from '../toolkit/places.js';
import type { Epic, EpicChanges, EpicFilters, EpicItem, NewEpic } from './epic.js';

export const epicEndpoint = 'GET /groups/:id/epics/:epic_iid';
export const contents = {
  issues: 'GET /groups/:id/epics/:epic_iid/issues',
  epics: 'GET /groups/:id/epics/:epic_iid/epics',
} as const;

const references = z.object({ full: z.string() });

const epicView = z
  .object({
    iid: z.number(),
    title: z.string(),
    state: text,
    author: person,
    labels,
    start_date: text,
    due_date: text,
    confidential: onlyIfSo,
    updated_at: text,
    description: text,
    created_at: text,
    closed_at: text,
    web_url: text,
    group_id: number,
    parent_iid: number,
    references,
    _links: z.object({ parent: text }).nullish(),
  })
  .transform(({ group_id, parent_iid, references: { full }, _links, ...rest }): Epic => {
    const parent = parent_iid && `${parentGroup(_links?.parent, group_id) ?? full.split('&')[0]}&${parent_iid}`;
    return { ...rest, reference: full, parent: parent || undefined };
  });

/** The number of the parent's group where it is another one: GitLab tells it in a link only. */
function parentGroup(link: string | null | undefined, own: number | null | undefined): string | undefined {
  const group = /\/groups\/(\d+)\/epics\//.exec(link ?? '')?.[1];
  return group === String(own) ? undefined : group;
}

const itemView = z
  .object({
    iid: z.number(),
    title: z.string(),
    state: text,
    labels,
    assignees: people.optional(),
    due_date: text,
    confidential: onlyIfSo,
    web_url: text,
    references,
  })
  .transform(({ references: { full }, ...rest }): EpicItem => ({ ...rest, reference: full }));

export function listEpics(
  call: Call<'GET /groups/:id/epics'>,
  group: Place,
  { author, labels: wanted, include_descendants, ...filters }: EpicFilters,
  paging: Paging,
): Promise<Page<Epic>> {
  const query = {
    ...filters,
    author_username: author,
    labels: wanted?.join(',') || undefined,
    include_descendant_groups: include_descendants,
  };
  return call.list('GET /groups/:id/epics', { params: { id: group }, query, ...paging }, epicView);
}

export function getEpic(call: Call<typeof epicEndpoint>, epic: Located): Promise<Epic> {
  return call.get(epicEndpoint, { params: paramsOf(epic) }, epicView);
}

/** The number that an epic has on the whole instance. */
export async function epicId(call: Call<typeof epicEndpoint>, epic: Located): Promise<number> {
  return (await call.get(epicEndpoint, { params: paramsOf(epic) }, z.object({ id: z.number() }))).id;
}

/** GitLab hands out child epics whole, and issues page by page. */
export async function listItems(
  call: Call<(typeof contents)['issues' | 'epics']>,
  epic: Located,
  kind: 'issues' | 'epics',
  paging: Paging,
): Promise<Page<EpicItem>> {
  const params = paramsOf(epic);
  if (kind === 'issues') return call.list(contents.issues, { params, ...paging }, itemView);
  return pageWithin(await call.get(contents.epics, { params }, z.array(itemView)), paging);
}

/** How many issues (where GitLab counts them) and epics are in an epic. */
export async function countItems(call: Call<(typeof contents)['issues' | 'epics']>, epic: Located) {
  const [issues, epics] = await Promise.all([
    listItems(call, epic, 'issues', { limit: 1 }),
    listItems(call, epic, 'epics', { limit: 1 }),
  ]);
  return { issues: total(issues), child_epics: total(epics) };
}

function total({ items, next_cursor, remaining }: Page<unknown>): number | undefined {
  return next_cursor === undefined ? items.length : remaining && items.length + remaining;
}

export async function createEpic(
  call: Call<'POST /groups/:id/epics' | typeof epicEndpoint>,
  group: Place,
  { labels: names, ...fields }: NewEpic,
): Promise<Epic> {
  const body = { ...(await bodyOf(call, fields)), labels: names?.join(',') };
  return call.post('POST /groups/:id/epics', { params: { id: group }, body }, epicView);
}

export async function updateEpic(
  call: Call<'PUT /groups/:id/epics/:epic_iid' | typeof epicEndpoint>,
  epic: Located,
  { add_labels, remove_labels, ...fields }: EpicChanges,
): Promise<Epic> {
  const labels = { add_labels: add_labels?.join(','), remove_labels: remove_labels?.join(',') };
  const body = { ...(await bodyOf(call, fields)), ...labels };
  return call.put('PUT /groups/:id/epics/:epic_iid', { params: paramsOf(epic), body }, epicView);
}

/** A date that is set takes the place of the one that follows from what is in the epic. */
async function bodyOf(call: Call<typeof epicEndpoint>, { start_date, due_date, parent, ...fields }: EpicChanges) {
  return {
    ...fields,
    ...(start_date !== undefined && { start_date_is_fixed: true, start_date_fixed: start_date }),
    ...(due_date !== undefined && { due_date_is_fixed: true, due_date_fixed: due_date }),
    ...(parent !== undefined && { parent_id: parent && (await epicId(call, parent)) }),
  };
}

function paramsOf({ place, iid }: Located) {
  return { id: place, epic_iid: iid };
}
