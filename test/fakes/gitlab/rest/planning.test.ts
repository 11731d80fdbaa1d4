// Milestones, labels and releases.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startWorkplace, type Workplace } from '../testing/workplace.js';
import { access } from '../world/types.js';

let at: Workplace;
let project: string;

beforeEach(async () => {
  at = await startWorkplace();
  project = `/projects/${at.project.id}`;
});

afterEach(() => at.gitlab.close());

test('milestones are made, changed and listed', async () => {
  const { api, gitlab } = at;
  gitlab.world.now = () => new Date('2026-02-01T00:00:00Z');
  const { status, body } = await api.post<{ id: number }>(`${project}/milestones`, {
    title: '1.0',
    due_date: '2026-01-31',
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({ iid: 1, state: 'active', due_date: '2026-01-31', start_date: null, expired: true });
  const closed = await api.put(`${project}/milestones/${body.id}`, { state_event: 'close' });
  expect(closed.body).toMatchObject({ state: 'closed' });
  expect((await api.get(`${project}/milestones?state=active`)).body).toEqual([]);
  expect((await api.get(`${project}/milestones?search=1.`)).body).toMatchObject([{ title: '1.0' }]);
  expect((await api.post(`${project}/milestones`, { title: '1.0' })).body).toEqual({
    message: { title: ['has already been taken'] },
  });
  expect((await api.put(`${project}/milestones/${body.id}`)).status).toBe(400);
  expect((await api.get(`${project}/milestones/1`)).body).toEqual({ message: '404 Milestone Not Found' });
});

test('what belongs to a milestone', async () => {
  const { api, gitlab } = at;
  const milestone = gitlab.world.addMilestone({ owner: at.project });
  gitlab.world.addIssue({ project: at.project, milestone, title: 'In it' });
  gitlab.world.addIssue({ project: at.project });
  gitlab.world.addMergeRequest({ project: at.project, milestone, title: 'For it' });
  const inside = `${project}/milestones/${milestone.id}`;
  expect((await api.get(`${inside}/issues`)).body).toMatchObject([{ title: 'In it', iid: 1 }]);
  expect((await api.get(`${inside}/merge_requests`)).body).toMatchObject([{ title: 'For it' }]);
});

test('a project sees the milestones of its groups when asked to', async () => {
  const { api, gitlab } = at;
  const owner = gitlab.world.group('acme');
  if (owner) gitlab.world.addMilestone({ owner, title: 'Spring' });
  expect((await api.get(`${project}/milestones`)).body).toEqual([]);
  expect((await api.get(`${project}/milestones?include_ancestors=true`)).body).toMatchObject([{ group_id: owner?.id }]);
});

test('labels, with what is open under them', async () => {
  const { api, gitlab } = at;
  const made = await api.post(`${project}/labels`, { name: 'bug', color: 'red', priority: 1 });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ name: 'bug', color: '#ff0000', priority: 1, is_project_label: true });
  gitlab.world.addIssue({ project: at.project, labels: ['bug'] });
  gitlab.world.addIssue({ project: at.project, labels: ['bug'], state: 'closed' });
  const { body } = await api.get(`${project}/labels?with_counts=true`);
  expect(body).toMatchObject([{ open_issues_count: 1, closed_issues_count: 1, open_merge_requests_count: 0 }]);
  expect((await api.put(`${project}/labels/bug`, { new_name: 'fault' })).body).toMatchObject({ name: 'fault' });
  expect((await api.post(`${project}/labels`, { name: 'fault', color: 'red' })).body).toEqual({
    message: '409 Conflict: Label already exists',
  });
  expect((await api.post(`${project}/labels`, { name: 'x', color: 'reddish' })).body).toEqual({
    message: { color: ['must be a valid color code'] },
  });
  expect((await at.as(access.guest).post(`${project}/labels`, { name: 'x', color: 'red' })).status).toBe(403);
});

test('releases, newest first', async () => {
  const { api, gitlab, ada } = at;
  const repository = at.project.repository;
  repository?.createTag('v1', repository.resolve('main') ?? '');
  gitlab.world.addRelease({ project: at.project, tagName: 'v1', description: 'First', author: ada });
  const later = new Date(Date.now() + 60_000);
  gitlab.world.addRelease({ project: at.project, tagName: 'v2', releasedAt: later, author: ada });
  const { body } = await api.get(`${project}/releases`);
  expect(body).toMatchObject([
    { tag_name: 'v2', upcoming_release: true },
    { tag_name: 'v1', description: 'First', commit: { title: 'Initial commit' }, assets: { count: 4 } },
  ]);
  expect((await api.get(`${project}/releases/v1`)).body).toMatchObject({ name: 'v1', author: { username: 'ada' } });
  expect((await api.get(`${project}/releases/v9`)).body).toEqual({ message: '404 Not found' });
});
