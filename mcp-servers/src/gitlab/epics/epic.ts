// An epic in the form that both of GitLab's APIs for epics are brought to.
import type { ResponseFormat } from '../toolkit/fields.js';
import type { Located } from '../toolkit/places.js';

type Text = string | null | undefined;

export interface Epic {
  iid: number;
  /** `acme/web&7` */
  reference: string;
  title: string;
  state?: Text;
  author?: Text;
  labels?: string[] | null | undefined;
  start_date?: Text;
  due_date?: Text;
  confidential?: true | undefined;
  updated_at?: Text;
  description?: Text;
  /** `acme&3` */
  parent?: Text;
  created_at?: Text;
  closed_at?: Text;
  web_url?: Text;
}

/** What is in an epic: an issue or the like, or an epic. */
export type EpicItem = Pick<
  Epic,
  'iid' | 'reference' | 'title' | 'state' | 'labels' | 'due_date' | 'confidential' | 'web_url'
> & { assignees?: string[] | null | undefined };

export interface EpicFilters {
  search?: string | undefined;
  state: 'opened' | 'closed' | 'all';
  labels?: string[] | undefined;
  author?: string | undefined;
  updated_after?: string | undefined;
  include_descendants: boolean;
  order_by: 'created_at' | 'updated_at' | 'title';
  sort: 'asc' | 'desc';
}

/** What epics are made of or changed to; an empty text, or null for the parent, clears. */
interface EpicFields {
  title?: string | undefined;
  description?: string | undefined;
  confidential?: boolean | undefined;
  start_date?: string | undefined;
  due_date?: string | undefined;
  parent?: Located | null | undefined;
}

export interface NewEpic extends EpicFields {
  title: string;
  labels?: string[] | undefined;
}

export interface EpicChanges extends EpicFields {
  add_labels?: string[] | undefined;
  remove_labels?: string[] | undefined;
  state_event?: 'close' | 'reopen' | undefined;
}

/** Without what only `detailed` tells. */
export function concise({ created_at: _, closed_at: __, ...epic }: Epic): Partial<Epic> {
  return epic;
}

/** In a list the description and the like only where `detailed`. */
export function listed(epic: Epic, format: ResponseFormat): Partial<Epic> {
  if (format === 'detailed') return epic;
  const { description: _, parent: __, web_url: ___, ...short } = concise(epic);
  return short;
}
