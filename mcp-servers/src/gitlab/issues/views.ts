// What of an issue is shown.
import { z } from 'zod';
import { flag, labels, number, people, person, text, titled, views } from '../toolkit/fields.js';

const epic = z
  .object({ iid: z.number(), title: z.string() })
  .nullish()
  .transform((found) => found && `&${found.iid} ${found.title}`);

/** `1d of 2d`, as GitLab words both. */
const time = z
  .object({ human_time_estimate: z.string().nullish(), human_total_time_spent: z.string().nullish() })
  .nullish()
  .transform((stats) =>
    stats && (stats.human_time_estimate || stats.human_total_time_spent)
      ? { estimate: stats.human_time_estimate, spent: stats.human_total_time_spent }
      : undefined,
  );

const core = {
  iid: z.number(),
  title: z.string(),
  state: text,
  author: person,
  assignees: people,
  labels,
  milestone: titled,
  due_date: text,
  weight: number,
  confidential: flag.transform((yes) => yes || undefined),
  updated_at: text,
};

const more = {
  id: number,
  issue_type: text,
  epic,
  created_at: text,
  closed_at: text,
  closed_by: person,
  discussion_locked: flag,
  health_status: text,
  user_notes_count: number,
  merge_requests_count: number,
  task_completion_status: z.object({ count: z.number(), completed_count: z.number() }).nullish(),
  time: time.optional(),
  time_stats: time,
  web_url: text,
};

/** In a list: the description only when asked for. */
export const listedIssue = views(core, { description: text, ...more });

/** By itself: with its description always. */
export const issueView = views({ ...core, epic, web_url: text, time_stats: time, description: text }, more);
