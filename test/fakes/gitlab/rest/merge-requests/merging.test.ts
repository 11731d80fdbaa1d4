// Whether, by whom and how a merge request is approved, merged and rebased.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Review, startReview } from '../../testing/review.js';
import { access, type MergeRequest } from '../../world/types.js';

interface Answered {
  iid: number;
  sha: string;
}

let at: Review;
let requests: string;
let one: MergeRequest;
let head: string;

beforeEach(async () => {
  at = await startReview();
  ({ requests, one, head } = at);
});

afterEach(() => at.gitlab.close());

const statusOf = async () => {
  const { body } = await at.api.get<{ detailed_merge_status: string }>(`${requests}/1`);
  return body.detailed_merge_status;
};

test('what stands in the way of a merge', async () => {
  const { gitlab, project } = at;
  const { world } = gitlab;
  one.detailedMergeStatus = 'checking';
  expect(await statusOf()).toBe('checking');
  expect(await statusOf()).toBe('mergeable');
  project.mergeNeedsResolvedThreads = true;
  const note = world.addNote(one, { type: 'DiscussionNote' });
  expect(await statusOf()).toBe('discussions_not_resolved');
  note.resolved = true;
  project.mergeNeedsPipeline = true;
  expect(await statusOf()).toBe('ci_must_pass');
  const pipeline = world.addPipeline({ project, ref: 'fix', status: 'running' });
  expect(await statusOf()).toBe('ci_still_running');
  pipeline.status = 'success';
  project.approvalsRequired = 1;
  expect(await statusOf()).toBe('not_approved');
  project.approvalsRequired = 0;
  world.commit(project, { branch: 'main', files: { 'src/total.js': 'other\n' } });
  expect(await statusOf()).toBe('conflict');
  expect((await at.api.get(`${requests}/1`)).body).toMatchObject({
    has_conflicts: true,
    merge_status: 'cannot_be_merged',
  });
  one.title = 'Draft: Mend';
  expect(await statusOf()).toBe('draft_status');
});

test('approvals', async () => {
  const { api, gitlab, project } = at;
  project.approvalsRequired = 1;
  expect((await api.get(`${requests}/1/approvals`)).body).toMatchObject({
    approved: false,
    approvals_required: 1,
    approvals_left: 1,
    user_can_approve: false,
  });
  expect((await api.post(`${requests}/1/approve`)).status).toBe(401);
  const bob = at.as(access.developer);
  expect(await bob.post(`${requests}/1/approve`, { sha: 'f00' })).toMatchObject({
    status: 409,
    body: { message: `SHA does not match HEAD of source branch: ${head}` },
  });
  expect(await bob.post(`${requests}/1/approve`, { sha: head })).toMatchObject({
    status: 201,
    body: { approved: true, user_has_approved: true, approved_by: [{ user: { id: expect.any(Number) } }] },
  });
  expect((await bob.post(`${requests}/1/approve`)).status).toBe(401);
  expect((await api.get(`${requests}/1/approval_state`)).body).toMatchObject({ rules: [{ approved: true }] });
  expect((await bob.post(`${requests}/1/unapprove`)).body).toMatchObject({ approved: false, approvals_left: 1 });
  expect((await bob.post(`${requests}/1/unapprove`)).status).toBe(404);
  await bob.post(`${requests}/1/approve`);
  gitlab.world.commit(project, { branch: 'fix', files: { a: 'b\n' } });
  expect((await api.get(`${requests}/1/approvals`)).body).toMatchObject({ approved: false });
});

test('a merge, guarded by the sha that was read', async () => {
  const { api, gitlab, project } = at;
  gitlab.world.addIssue({ project });
  expect(await api.put(`${requests}/1/merge`, { sha: 'f00' })).toMatchObject({
    status: 409,
    body: { message: `SHA does not match HEAD of source branch: ${head}` },
  });
  const merged = await api.put<{ merge_commit_sha: string }>(`${requests}/1/merge`, {
    sha: head,
    should_remove_source_branch: true,
  });
  expect(merged).toMatchObject({ status: 200, body: { state: 'merged', merge_user: { username: 'ada' } } });
  const { repository } = project;
  expect(repository?.resolve('main')).toBe(merged.body.merge_commit_sha);
  expect(repository?.git('log', '-1', '--format=%B', 'main')).toBe(
    "Merge branch 'fix' into 'main'\n\nMend the total\n\nCloses #1\n\nSee merge request acme/shop!1\n",
  );
  expect(repository?.branches()).toEqual(['main']);
  expect((await api.get(`/projects/${project.id}/issues/1`)).body).toMatchObject({ state: 'closed' });
  expect((await api.get(`${requests}/1`)).body).toMatchObject({ changes_count: '1', sha: head });
  expect(await api.put(`${requests}/1/merge`)).toMatchObject({
    status: 405,
    body: { message: '405 Method Not Allowed' },
  });
});

test('a squash merge makes two commits', async () => {
  const { api, gitlab, project } = at;
  gitlab.world.commit(project, { branch: 'fix', files: { a: 'b\n' } });
  const { body } = await api.put(`${requests}/1/merge`, { squash: true, squash_commit_message: 'All of it' });
  expect(body).toMatchObject({ squash: true, squash_commit_sha: expect.stringMatching(/^[0-9a-f]{40}$/) });
  expect(project.repository?.git('log', '--format=%s', '--first-parent', '-2', 'main^2')).toBe(
    'All of it\nInitial commit\n',
  );
});

test('who and what may not be merged', async () => {
  const { api, gitlab, project } = at;
  expect(await at.as(access.developer).put(`${requests}/1/merge`)).toMatchObject({
    status: 401,
    body: { message: '401 Unauthorized' },
  });
  one.title = 'Draft: Mend';
  expect((await api.put(`${requests}/1/merge`)).status).toBe(405);
  one.title = 'Mend';
  gitlab.world.commit(project, { branch: 'main', files: { 'src/total.js': 'other\n' } });
  expect(await api.put(`${requests}/1/merge`)).toMatchObject({
    status: 405,
    body: { message: '405 Method Not Allowed' },
  });
  one.detailedMergeStatus = 'mergeable';
  expect(await api.put(`${requests}/1/merge`)).toMatchObject({
    status: 422,
    body: { message: 'Branch cannot be merged' },
  });
});

test('a merge that waits for approval', async () => {
  const { api, project } = at;
  project.approvalsRequired = 1;
  const set = await api.put(`${requests}/1/merge`, { auto_merge: true });
  expect(set.body).toMatchObject({ state: 'opened', merge_when_pipeline_succeeds: true });
  await at.as(access.developer).post(`${requests}/1/approve`);
  expect((await api.get(`${requests}/1`)).body).toMatchObject({ state: 'merged' });
});

test('a merge that waits for its pipeline', async () => {
  const { api, gitlab, project } = at;
  const pipeline = gitlab.world.addPipeline({ project, ref: 'fix', status: 'running' });
  const set = await api.put(`${requests}/1/merge`, { auto_merge: true });
  expect(set.body).toMatchObject({ state: 'opened', merge_when_pipeline_succeeds: true });
  pipeline.status = 'success';
  expect((await api.get(`${requests}/1`)).body).toMatchObject({ state: 'merged' });
});

test('a rebase goes on after its answer', async () => {
  const { api, gitlab, project } = at;
  gitlab.world.commit(project, { branch: 'main', files: { 'CHANGES.md': 'New\n' } });
  const query = '?include_rebase_in_progress=true&include_diverged_commits_count=true';
  expect((await api.get(`${requests}/1${query}`)).body).toMatchObject({ diverged_commits_count: 1 });
  expect(await api.put(`${requests}/1/rebase`)).toMatchObject({ status: 202, body: { rebase_in_progress: true } });
  expect((await api.get(`${requests}/1${query}`)).body).toMatchObject({ rebase_in_progress: true, sha: head });
  const { body } = await api.get<Answered>(`${requests}/1${query}`);
  expect(body).toMatchObject({ rebase_in_progress: false, merge_error: null, diverged_commits_count: 0 });
  expect(body.sha).not.toBe(head);
  expect((await api.get(`${requests}/1/commits`)).body).toMatchObject([{ title: 'Change files' }]);
  gitlab.world.commit(project, { branch: 'main', files: { 'src/total.js': 'other\n' } });
  await api.put(`${requests}/1/rebase`);
  await api.get(`${requests}/1`);
  expect((await api.get(`${requests}/1${query}`)).body).toMatchObject({
    rebase_in_progress: false,
    merge_error: 'Rebase failed: Rebase locally, resolve all conflicts, then push the branch.',
  });
});
