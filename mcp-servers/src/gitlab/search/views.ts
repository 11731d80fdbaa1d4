// What is shown of what was found, by scope. In a group or the instance each item says where it is.
import * as z from 'zod';
import { flag, labels, number, people, person, type ResponseFormat, text, titled, views } from '../toolkit/fields.js';
import type { Level, Scope } from './scopes.js';

/** The mark that advanced search may put around what matched. */
const withoutMarks = (data: string) => data.replace(/gitlabelasticsearch→|←gitlabelasticsearch/g, '');

const blob = views(
  { path: z.string(), startline: number, ref: text, project_id: number, data: z.string().transform(withoutMarks) },
  {},
);

const issuable = {
  iid: z.number(),
  title: z.string(),
  state: text,
  author: person,
  labels,
  updated_at: text,
  web_url: text,
};
const more = { id: number, project_id: number, assignees: people, milestone: titled, description: text };

const byScope: Record<Scope, ReturnType<typeof views>> = {
  blobs: blob,
  wiki_blobs: blob,
  commits: views(
    { short_id: z.string(), title: z.string(), author_name: text, committed_date: text, project_id: number },
    { id: text, message: text },
  ),
  issues: views(issuable, { ...more, confidential: flag }),
  merge_requests: views(issuable, { ...more, source_branch: text, target_branch: text }),
  milestones: views(
    { title: z.string(), id: number, state: text, due_date: text, web_url: text },
    { description: text },
  ),
  notes: views(
    {
      id: z.number(),
      noteable_type: text,
      noteable_iid: number,
      author: person,
      body: z.string(),
      created_at: text,
      project_id: number,
    },
    { noteable_id: number, internal: flag },
  ),
  projects: views(
    { id: z.number(), path_with_namespace: z.string(), description: text },
    { default_branch: text, last_activity_at: text, web_url: text },
  ),
  users: views({ username: z.string(), name: text, state: text }, { id: number, web_url: text }),
  snippet_titles: views(
    { id: z.number(), title: z.string(), file_name: text, author: person, web_url: text },
    { description: text },
  ),
};

/** In one project it goes without saying where things are. */
export function viewOf(scope: Scope, level: Level, format: ResponseFormat): z.ZodType<Record<string, unknown>> {
  const view = byScope[scope](format);
  if (level !== 'project' || format === 'detailed') return view;
  return view.transform(({ web_url: _, project_id: __, ...rest }): Record<string, unknown> => rest);
}
