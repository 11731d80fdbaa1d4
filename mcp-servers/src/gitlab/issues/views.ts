// What of an issue is shown.
import * as z from 'zod';
import { labels, number, onlyIfSo, people, person, text, titled, views } from '../toolkit/fields.js';

/** `acme&5 Pay by card`; the group is told in a link only. */
const epic = z
  .object({ iid: z.number(), title: z.string(), url: text })
  .nullish()
  .transform((found) => found && `${groupIn(found.url)}&${found.iid} ${found.title}`);

function groupIn(url: string | null | undefined): string {
  return /\/groups\/(.+)\/-\/(?:epics|work_items)\/\d+$/.exec(url ?? '')?.[1] ?? '';
}

const human = { human_time_estimate: text, human_total_time_spent: text };

/** `1d` of `2d`, as GitLab words both; undefined where there is neither. */
const time = z
  .object(human)
  .nullish()
  .transform((stats) => {
    const { human_time_estimate: estimate, human_total_time_spent: spent } = stats ?? {};
    return estimate || spent ? { estimate, spent } : undefined;
  });

/** As `time`, but for an answer about time alone. */
export const timeView = z.object(human).transform(({ human_time_estimate, human_total_time_spent }) => ({
  estimate: human_time_estimate ?? '0h',
  spent: human_total_time_spent ?? '0h',
}));

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
  confidential: onlyIfSo,
  updated_at: text,
};

const alone = { ...core, epic, discussion_locked: onlyIfSo, web_url: text };

const more = {
  id: number,
  issue_type: text,
  epic,
  created_at: text,
  closed_at: text,
  closed_by: person,
  health_status: text,
  user_notes_count: number,
  merge_requests_count: number,
  task_completion_status: z.object({ count: z.number(), completed_count: z.number() }).nullish(),
  time_stats: time,
  web_url: text,
};

/** In a list: the description only when asked for. */
export const listedIssue = views(core, { description: text, ...more });

/** By itself: with its description always. */
export const issueView = views({ ...alone, time_stats: time, description: text }, more);

/** After a change: without the description, which the caller knows. */
export const changedIssue = z.object(alone);
