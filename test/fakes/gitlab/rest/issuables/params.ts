// Parameters that the lists of issues and of merge requests share, and those of creating and updating one.
import * as z from 'zod';
import { p } from '../../http/params.js';

/** A number, `None` or `Any`, in any case. */
export const noneAny = () =>
  z
    .string()
    .or(z.number())
    .transform(String)
    .refine((value) => /^(\d+|none|any)$/i.test(value), 'should be an integer, "None" or "Any", however got invalid');

const text = () => p.string();

/** Unlike elsewhere not a number. */
const timebox = () => p.oneOf('Any', 'None', 'Upcoming', 'Started');

const excluded = z.object({
  labels: p.csv().optional(),
  milestone: text().optional(),
  milestone_id: timebox().optional(),
  iids: p.integers().optional(),
  author_id: p.integer().optional(),
  author_username: text().optional(),
  assignee_id: p.integer().optional(),
  assignee_username: p.csv().optional(),
  my_reaction_emoji: text().optional(),
  search: text().optional(),
  in: text().optional(),
});

export type Excluded = z.output<typeof excluded>;

/** Of both lists. `scope` has another default for the lists over all projects. */
export const filterParams = {
  labels: p.csv().optional(),
  milestone: text().optional(),
  milestone_id: timebox().optional(),
  iids: p.integers().optional(),
  search: text().optional(),
  in: text().default('title,description'),
  author_id: p.integer().optional(),
  author_username: text().optional(),
  assignee_id: noneAny().optional(),
  assignee_username: p.csv().optional(),
  my_reaction_emoji: text().optional(),
  created_after: p.time().optional(),
  created_before: p.time().optional(),
  updated_after: p.time().optional(),
  updated_before: p.time().optional(),
  with_labels_details: p.boolean().default(false),
  non_archived: p.boolean().optional(),
  sort: p.oneOf('asc', 'desc').default('desc'),
  not: excluded.optional(),
};

export const filterRules = {
  mutuallyExclusive: [
    ['author_id', 'author_username'],
    ['assignee_id', 'assignee_username'],
    ['milestone', 'milestone_id'],
  ],
};

/** Ids of which `0`, and in forms an empty one, stand for none. */
export const ids = () =>
  z
    .preprocess((value) => (Array.isArray(value) ? value.filter((one) => one !== '') : value), p.integers())
    .transform((list) => list.filter((id) => id !== 0));

/** An id where `0`, an empty string or null stand for none, which becomes 0. */
export const idOrNone = () => z.preprocess((value) => (value === '' || value === null ? 0 : value), p.integer());

const MAX_DESCRIPTION = 1_048_576;

/** Of both, to create and to update. */
export const changeParams = {
  description: z
    .string()
    .refine(({ length }) => length <= MAX_DESCRIPTION, `is too long (maximum is ${MAX_DESCRIPTION} characters)`)
    .nullable()
    .optional(),
  assignee_id: idOrNone().optional(),
  assignee_ids: ids().optional(),
  milestone_id: idOrNone().optional(),
  /** A title; one that is not known changes nothing. */
  milestone: p.string().optional(),
  labels: p.csv().optional(),
  add_labels: p.csv().optional(),
  remove_labels: p.csv().optional(),
  discussion_locked: p.boolean().nullable().optional(),
};

export const changeRules = { mutuallyExclusive: [['milestone_id', 'milestone']] };
