import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Review, startReview } from '../../testing/review.js';
import { clientOf } from '../../testing/workplace.js';
import { access, type MergeRequest } from '../../world/types.js';

interface Answered {
  iid: number;
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

test('a merge request is read, with what it would merge', async () => {
  const { api, gitlab, project } = at;
  const main = project.repository?.resolve('main');
  const pipeline = gitlab.world.addPipeline({ project, ref: 'fix' });
  expect((await api.get(`${requests}/1`)).body).toMatchObject({
    iid: 1,
    title: 'Mend the total',
    state: 'opened',
    source_branch: 'fix',
    target_branch: 'main',
    draft: false,
    sha: head,
    diff_refs: { base_sha: main, start_sha: main, head_sha: head },
    changes_count: '1',
    has_conflicts: false,
    merge_status: 'can_be_merged',
    detailed_merge_status: 'mergeable',
    head_pipeline: { id: pipeline.id, status: 'success' },
    merge_commit_sha: null,
    references: { short: '!1', full: 'acme/shop!1' },
    user: { can_merge: true },
    web_url: `${gitlab.url}/acme/shop/-/merge_requests/1`,
  });
  expect(await api.get(`${requests}/9`)).toMatchObject({ status: 404, body: { message: '404 Not found' } });
});

test('a merge request is created', async () => {
  const { api, ada, gitlab, project } = at;
  gitlab.world.commit(project, { branch: 'more', files: { a: 'b\n' } });
  const made = await api.post(requests, {
    source_branch: 'more',
    target_branch: 'main',
    title: 'Draft: More',
    description: 'Of everything',
    labels: 'bug',
    assignee_ids: [ada.id],
    reviewer_ids: [ada.id],
    squash: true,
    remove_source_branch: true,
  });
  expect(made).toMatchObject({
    status: 201,
    body: {
      iid: 2,
      draft: true,
      detailed_merge_status: 'draft_status',
      labels: ['bug'],
      assignees: [{ username: 'ada' }],
      reviewers: [{ username: 'ada' }],
      squash: true,
      force_remove_source_branch: true,
    },
  });
});

test('what a merge request cannot be created from', async () => {
  const { api } = at;
  const create = (body: object) => api.post(requests, { title: 'x', target_branch: 'main', ...body });
  expect(await create({ source_branch: 'fix' })).toMatchObject({
    status: 409,
    body: { message: ['Another open merge request already exists for this source branch: !1'] },
  });
  expect(await create({ source_branch: 'main' })).toMatchObject({
    status: 422,
    body: { error: ["You can't use same project/branch for source and target"] },
  });
  expect(await create({ source_branch: 'nowhere' })).toMatchObject({
    status: 400,
    body: { message: { source_branch: ['does not exist'] } },
  });
  expect(await create({})).toMatchObject({ status: 400, body: { error: 'source_branch is missing' } });
  expect(
    (await at.as(access.reporter).post(requests, { title: 'x', source_branch: 'fix', target_branch: 'main' })).status,
  ).toBe(403);
});

test('a merge request from a fork goes to the project it was forked from', async () => {
  const { gitlab, project } = at;
  const { world } = gitlab;
  const bob = world.addUser({ username: 'bob' });
  world.addMember(project, bob, access.reporter);
  const fork = world.addProject({ path: 'bob/shop', forkedFrom: project });
  fork.repository = project.repository?.copy();
  world.commit(fork, { branch: 'idea', files: { idea: 'x\n' } });
  const client = clientOf(gitlab, world.addToken({ user: bob }).value);
  const made = await client.post(`/projects/${fork.id}/merge_requests`, {
    title: 'An idea',
    source_branch: 'idea',
    target_branch: 'main',
    target_project_id: project.id,
  });
  expect(made).toMatchObject({
    status: 201,
    body: { project_id: project.id, source_project_id: fork.id, target_project_id: project.id, changes_count: '1' },
  });
});

test('an update', async () => {
  const { api, ada } = at;
  const put = (body: object) => api.put(`${requests}/1`, body);
  expect((await put({ title: 'Draft: Mend', reviewer_ids: [ada.id] })).body).toMatchObject({
    title: 'Draft: Mend',
    draft: true,
    reviewers: [{ username: 'ada' }],
  });
  expect((await api.get(`${requests}/1/reviewers`)).body).toMatchObject([
    { state: 'unreviewed', user: { username: 'ada' } },
  ]);
  expect((await put({ state_event: 'close' })).body).toMatchObject({
    state: 'closed',
    closed_by: { username: 'ada' },
    detailed_merge_status: 'not_open',
  });
  expect((await put({ state_event: 'reopen' })).body).toMatchObject({ state: 'opened', closed_by: null });
  expect((await put({})).status).toBe(400);
});

test('lists are filtered', async () => {
  const { api, ada, gitlab, project } = at;
  const bob = gitlab.world.addUser({ username: 'bob' });
  gitlab.world.addMergeRequest({ project, author: bob, title: 'Draft: Later', labels: ['bug'], state: 'closed' });
  one.reviewers = [{ user: bob, state: 'unreviewed', createdAt: new Date() }];
  one.approvals = [{ user: bob, at: new Date() }];
  const found = async (query: string) =>
    (await api.get<Answered[]>(`${requests}?sort=asc&${query}`)).body.map(({ iid }) => iid);
  expect(await found('')).toEqual([1, 2]);
  expect(await found('state=opened')).toEqual([1]);
  expect(await found('wip=yes')).toEqual([2]);
  expect(await found('draft=false')).toEqual([1]);
  expect(await found('source_branch=fix')).toEqual([1]);
  expect(await found('target_branch=other')).toEqual([]);
  expect(await found('author_username=bob')).toEqual([2]);
  expect(await found('reviewer_username=bob')).toEqual([1]);
  expect(await found('reviewer_id=None')).toEqual([2]);
  expect(await found(`approved_by_ids[]=${bob.id}`)).toEqual([1]);
  expect(await found('labels=bug')).toEqual([2]);
  expect(await found('search=total')).toEqual([1]);
  expect((await api.get(`${requests}?view=simple&iids[]=1`)).body).toEqual([
    expect.not.objectContaining({ sha: expect.anything() }),
  ]);
  expect((await api.get('/merge_requests')).body).toMatchObject([{ iid: 1, author: { id: ada.id } }]);
  expect((await api.get('/groups/acme/merge_requests?state=opened')).body).toMatchObject([
    { reference: 'acme/shop!1', references: { relative: 'shop!1' } },
  ]);
  expect((await at.as(access.guest).get(requests)).status).toBe(403);
});

test('diffs, commits and versions', async () => {
  const { api, gitlab, project } = at;
  expect((await api.get(`${requests}/1/diffs`)).body).toMatchObject([
    { new_path: 'src/total.js', diff: expect.stringMatching(/^@@ -1 \+1 @@\n-export/), too_large: false },
  ]);
  expect((await api.get(`${requests}/1/diffs?unidiff=true`)).body).toMatchObject([
    { diff: expect.stringMatching(/^--- a\/src\/total\.js\n\+\+\+ b\/src\/total\.js\n@@/) },
  ]);
  const raw = await api.get(`${requests}/1/raw_diffs`);
  expect(raw.headers.get('content-type')).toContain('text/plain');
  expect(raw.body).toMatch(/^diff --git a\/src\/total\.js/);
  gitlab.world.commit(project, { branch: 'fix', files: { 'big.txt': 'x'.repeat(300_000), 'small.txt': 'y\n' } });
  const pages = await api.get<unknown[]>(`${requests}/1/diffs?per_page=2`);
  expect(pages.headers.get('x-total')).toBe('3');
  expect(pages.body).toMatchObject([{ new_path: 'big.txt', too_large: true, diff: '' }, { new_path: 'small.txt' }]);
  expect((await api.get(`${requests}/1/changes`)).body).toMatchObject({ changes_count: '3', overflow: false });
  expect((await api.get(`${requests}/1/commits`)).body).toMatchObject([{ title: 'Change files' }, { id: head }]);
  const versions = await api.get<{ id: number }[]>(`${requests}/1/versions`);
  expect(versions.body).toMatchObject([{ real_size: '3' }, { head_commit_sha: head, real_size: '1' }]);
  expect((await api.get(`${requests}/1/versions/${versions.body[1]?.id}`)).body).toMatchObject({
    commits: [{ id: head }],
    diffs: [{ new_path: 'src/total.js' }],
  });
});

test('pipelines, people and issues of a merge request', async () => {
  const { api, gitlab, project } = at;
  const { world } = gitlab;
  world.addIssue({ project });
  world.addIssue({ project, description: 'As !1 has it' });
  const pipeline = world.addPipeline({ project, ref: 'fix' });
  expect((await api.get(`${requests}/1/pipelines`)).body).toMatchObject([{ id: pipeline.id, ref: 'fix' }]);
  expect((await api.get(`${requests}/1/participants`)).body).toMatchObject([{ username: 'ada' }]);
  expect((await api.get(`${requests}/1/closes_issues`)).body).toMatchObject([{ iid: 1 }]);
  expect((await api.get(`${requests}/1/related_issues`)).body).toMatchObject([{ iid: 1 }, { iid: 2 }]);
  const issues = `/projects/${project.id}/issues`;
  expect((await api.get(`${issues}/1/closed_by`)).body).toMatchObject([{ iid: 1, source_branch: 'fix' }]);
  expect((await api.get(`${issues}/2/related_merge_requests`)).body).toMatchObject([{ iid: 1 }]);
  expect((await api.get(`${issues}/1`)).body).toMatchObject({ merge_requests_count: 1 });
});

test('a pipeline for a merge request', async () => {
  const { api, gitlab, project } = at;
  expect(await api.post(`${requests}/1/pipelines`)).toMatchObject({
    status: 400,
    body: { message: { base: ['Missing CI config file'] } },
  });
  const config = 'test:\n  script: npm test\n  rules:\n    - if: $CI_PIPELINE_SOURCE == "merge_request_event"\n';
  gitlab.world.commit(project, { branch: 'fix', files: { '.gitlab-ci.yml': config } });
  expect(await api.post(`${requests}/1/pipelines`)).toMatchObject({
    status: 200,
    body: { ref: 'refs/merge-requests/1/head', source: 'merge_request_event', status: 'pending' },
  });
});

test('an agent may write merge requests but neither merge nor approve', async () => {
  const { ada, gitlab } = at;
  const agent = clientOf(gitlab, gitlab.world.addToken({ user: ada, scopes: ['ai_workflows'] }).value);
  expect((await agent.put(`${requests}/1`, { title: 'Seen' })).status).toBe(200);
  expect((await agent.get(`${requests}/1/diffs`)).status).toBe(200);
  for (const send of [
    agent.put(`${requests}/1/merge`),
    agent.post(`${requests}/1/approve`),
    agent.get(`${requests}/1/approvals`),
    agent.get(`${requests}/1/versions`),
  ]) {
    expect(await send).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } });
  }
});
