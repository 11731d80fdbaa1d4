// What of projects and commits is shown.
import * as z from 'zod';
import { flag, number, text, texts, views } from '../toolkit/fields.js';

/** GitLab's numbers for roles (its lib/gitlab/access.rb). */
const roles: Record<number, string> = {
  0: 'none',
  5: 'minimal access',
  10: 'guest',
  15: 'planner',
  20: 'reporter',
  25: 'security manager',
  30: 'developer',
  40: 'maintainer',
  50: 'owner',
};

export const roleName = (level: number): string => roles[level] ?? `level ${level}`;

const access = z.object({ access_level: z.number() }).nullish();

/** The larger of the two ways in which the token's user may be a member. */
const role = z
  .object({ project_access: access, group_access: access })
  .nullish()
  .transform((found) => {
    const levels = [found?.project_access, found?.group_access].flatMap((one) => (one ? [one.access_level] : []));
    return levels.length > 0 ? roleName(Math.max(...levels)) : undefined;
  });

const yes = flag.transform((value) => value || undefined);

const project = {
  id: z.number(),
  path_with_namespace: z.string(),
  description: text,
  default_branch: text,
  visibility: text,
  archived: yes,
  last_activity_at: text,
};

const forkedFrom = z
  .object({ path_with_namespace: z.string() })
  .nullish()
  .transform((origin) => origin?.path_with_namespace);

const onePage = { topics: texts, open_issues_count: number, empty_repo: yes, web_url: text };

export const listedProject = views(project, { ...onePage, name: text, created_at: text });

export const projectView = views(
  { ...project, ...onePage, merge_method: text, forked_from_project: forkedFrom.optional(), permissions: role },
  {
    name: text,
    created_at: text,
    http_url_to_repo: text,
    ssh_url_to_repo: text,
    ci_config_path: text,
    squash_option: text,
    only_allow_merge_if_pipeline_succeeds: flag,
    only_allow_merge_if_all_discussions_are_resolved: flag,
    remove_source_branch_after_merge: flag,
    issues_access_level: text,
    merge_requests_access_level: text,
    builds_access_level: text,
    wiki_access_level: text,
    lfs_enabled: flag,
    star_count: number,
    forks_count: number,
  },
);

const stats = z
  .object({ additions: z.number(), deletions: z.number() })
  .nullish()
  .transform((lines) => lines && `+${lines.additions} -${lines.deletions}`);

const commit = { short_id: z.string(), title: z.string(), author_name: text, committed_date: text };

type View = ReturnType<typeof views>;

/** Without the message where it is the title alone. */
function messageOnce(view: View): View {
  return (format) =>
    view(format).transform(({ message, ...rest }): Record<string, unknown> => {
      const repeated = String(message ?? '').trim() === rest['title'];
      return repeated ? rest : { ...rest, message };
    });
}

export const listedCommit = messageOnce(views(commit, { id: text, message: text, author_email: text, stats }));

const pipeline = z.object({ id: z.number(), status: text, ref: text }).nullish();

export const commitView = messageOnce(
  views(
    { id: z.string(), ...commit, message: text, parent_ids: texts, last_pipeline: pipeline, web_url: text },
    { author_email: text, authored_date: text, committer_name: text, stats, status: text },
  ),
);

/** Where it stands in a sentence: `1a2b3c4d Fix it (Ada, 2026-01-31)`. */
export const commitLine = z
  .object({ short_id: z.string(), title: z.string(), author_name: text, created_at: text, committed_date: text })
  .nullish()
  .transform(
    (one) =>
      one &&
      `${one.short_id} ${one.title} (${one.author_name}, ${(one.committed_date ?? one.created_at)?.slice(0, 10)})`,
  );
