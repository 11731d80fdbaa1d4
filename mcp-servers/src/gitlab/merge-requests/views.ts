// What of a merge request is shown.
import * as z from 'zod';
import { flag, labels, number, onlyIfSo, people, person, text, titled, views } from '../toolkit/fields.js';

const core = {
  iid: z.number(),
  title: z.string(),
  state: text,
  draft: onlyIfSo,
  author: person,
  assignees: people,
  reviewers: people,
  source_branch: text,
  target_branch: text,
  labels,
  milestone: titled,
  updated_at: text,
};

const more = {
  id: number,
  created_at: text,
  merged_at: text,
  merge_user: person,
  closed_at: text,
  user_notes_count: number,
  blocking_discussions_resolved: flag,
  discussion_locked: flag,
  squash: flag,
  force_remove_source_branch: flag,
  merge_when_pipeline_succeeds: onlyIfSo,
  merge_commit_sha: text,
  task_completion_status: z.object({ count: z.number(), completed_count: z.number() }).nullish(),
};

/** In a list, where GitLab answers a merge status that may be hours old. */
export const listedMergeRequest = views(core, {
  description: text,
  sha: text,
  detailed_merge_status: text,
  has_conflicts: onlyIfSo,
  web_url: text,
  ...more,
});

/** By itself: with its description and whether it can be merged. */
export const mergeRequestView = views(
  {
    ...core,
    sha: text,
    detailed_merge_status: text,
    has_conflicts: onlyIfSo,
    head_pipeline: z.object({ id: z.number(), status: z.string() }).nullish(),
    web_url: text,
    description: text,
  },
  {
    ...more,
    changes_count: text,
    diverged_commits_count: number,
    merge_error: text,
    allow_collaboration: onlyIfSo,
    diff_refs: z.object({ base_sha: text, head_sha: text, start_sha: text }).nullish(),
  },
);

/** Who approved, and how many approvals are missing where the instance counts them. */
export const approvalsView = z.object({
  approved: flag,
  approvals_required: number,
  approvals_left: number,
  approved_by: z
    .array(z.object({ user: z.object({ username: z.string() }) }))
    .nullish()
    .transform((list) => list?.map(({ user }) => `@${user.username}`)),
  user_has_approved: flag,
  user_can_approve: flag,
});

export const reviewerView = z
  .object({ user: z.object({ username: z.string() }), state: text, created_at: text })
  .transform(({ user, state, created_at }) => ({ reviewer: `@${user.username}`, state, asked_at: created_at }));
