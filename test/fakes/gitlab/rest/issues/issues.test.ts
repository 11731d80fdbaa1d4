import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientOf, startWorkplace, type Workplace } from '../../testing/workplace.js';
import { access } from '../../world/types.js';

interface IssueAnswer {
  iid: number;
  title: string;
  labels: string[];
}

let at: Workplace;
let issues: string;

beforeEach(async () => {
  at = await startWorkplace();
  issues = `/projects/${at.project.id}/issues`;
});

afterEach(() => at.gitlab.close());

test('an issue is created and read', async () => {
  const { api, ada, gitlab, project } = at;
  const milestone = gitlab.world.addMilestone({ owner: project, title: '1.0' });
  const made = await api.post(issues, {
    title: 'It rounds down',
    description: 'By one cent.\n\n- [x] seen\n- [ ] mended\n',
    labels: 'bug,till',
    assignee_ids: [ada.id],
    milestone_id: milestone.id,
    due_date: '2026-02-01',
    weight: 3,
    confidential: true,
    issue_type: 'incident',
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    iid: 1,
    project_id: project.id,
    title: 'It rounds down',
    state: 'opened',
    author: { username: 'ada' },
    assignees: [{ username: 'ada' }],
    assignee: { username: 'ada' },
    labels: ['bug', 'till'],
    milestone: { title: '1.0' },
    due_date: '2026-02-01',
    weight: 3,
    confidential: true,
    issue_type: 'incident',
    type: 'INCIDENT',
    task_completion_status: { count: 2, completed_count: 1 },
    references: { short: '#1', relative: '#1', full: 'acme/shop#1' },
    web_url: `${gitlab.url}/acme/shop/-/issues/1`,
    closed_at: null,
    subscribed: true,
  });
  expect((await api.get(`${issues}/1`)).body).toEqual(made.body);
});

test('what an issue cannot be created with', async () => {
  const { api } = at;
  expect(await api.post(issues, {})).toMatchObject({ status: 400, body: { error: 'title is missing' } });
  expect(await api.post(issues, { title: ' ' })).toMatchObject({
    status: 400,
    body: { message: { title: ["can't be blank"] } },
  });
  expect(await api.post(issues, { title: 'x'.repeat(256) })).toMatchObject({
    status: 400,
    body: { message: { title: ['is too long (maximum is 255 characters)'] } },
  });
  expect(await api.post(issues, { title: 'x', issue_type: 'wish' })).toMatchObject({
    status: 400,
    body: { error: 'issue_type does not have a valid value' },
  });
  expect((await clientOf(at.gitlab).post(issues, { title: 'x' })).status).toBe(401);
});

test('an update changes what is given and clears what is given as nothing', async () => {
  const { api, ada, gitlab, project } = at;
  const milestone = gitlab.world.addMilestone({ owner: project });
  gitlab.world.addIssue({
    project,
    labels: ['bug', 'till'],
    assignees: [ada],
    milestone,
    dueDate: '2026-02-01',
    weight: 2,
  });
  const put = (body: object) => api.put(`${issues}/1`, body);
  expect((await put({ add_labels: 'urgent', remove_labels: 'till' })).body).toMatchObject({
    labels: ['bug', 'urgent'],
  });
  expect((await put({ labels: '' })).body).toMatchObject({ labels: [] });
  expect((await put({ assignee_ids: [0] })).body).toMatchObject({ assignees: [], assignee: null });
  expect((await put({ assignee_ids: [ada.id] })).body).toMatchObject({ assignees: [{ id: ada.id }] });
  expect((await put({ assignee_ids: [] })).body).toMatchObject({ assignees: [] });
  expect((await put({ milestone_id: 0, weight: '', due_date: '' })).status).toBe(200);
  expect((await put({ milestone: milestone.title })).body).toMatchObject({ milestone: { id: milestone.id } });
  expect((await put({ milestone_id: 0, due_date: '', weight: null })).body).toMatchObject({
    milestone: null,
    due_date: null,
    weight: null,
  });
  expect((await put({ state_event: 'close' })).body).toMatchObject({ state: 'closed', closed_by: { username: 'ada' } });
  expect((await put({ state_event: 'reopen' })).body).toMatchObject({ state: 'opened', closed_at: null });
  expect((await put({ discussion_locked: true })).body).toMatchObject({ discussion_locked: true });
  const nothing = await put({});
  expect(nothing.status).toBe(400);
  expect(nothing.body).toMatchObject({ error: expect.stringContaining('at least one parameter must be provided') });
});

test('who may change an issue', async () => {
  const { gitlab, project } = at;
  gitlab.world.addIssue({ project });
  const guest = at.as(access.guest);
  expect(await guest.put(`${issues}/1`, { title: 'Mine' })).toMatchObject({
    status: 403,
    body: { message: '403 Forbidden' },
  });
  const own = await guest.post<IssueAnswer>(issues, { title: 'A wish' });
  const changed = await guest.put(`${issues}/${own.body.iid}`, { title: 'A big wish', labels: 'bug' });
  expect(changed).toMatchObject({ status: 200, body: { title: 'A big wish', labels: [] } });
});

test('a confidential issue is not there for those who may not see it', async () => {
  const { api, gitlab, project } = at;
  gitlab.world.addIssue({ project, confidential: true });
  const guest = at.as(access.guest);
  expect(await guest.get(`${issues}/1`)).toMatchObject({ status: 404, body: { message: '404 Not found' } });
  expect((await guest.get(issues)).body).toEqual([]);
  expect((await at.as(access.planner).get(`${issues}/1`)).status).toBe(200);
  expect((await api.get(`${issues}?confidential=true`)).body).toMatchObject([{ iid: 1 }]);
});

test('lists are filtered', async () => {
  const { api, ada, gitlab, project } = at;
  const { world } = gitlab;
  world.now = () => new Date('2026-01-14T12:00:00Z');
  const bob = world.addUser({ username: 'bob' });
  const milestone = world.addMilestone({ owner: project, title: '1.0' });
  world.addIssue({
    project,
    title: 'Rounds down',
    labels: ['bug'],
    assignees: [ada],
    milestone,
    dueDate: '2026-01-13',
  });
  world.addIssue({ project, title: 'Two tills', description: 'They round', labels: ['bug', 'till'], author: bob });
  world.addIssue({ project, title: 'Old', state: 'closed', weight: 5, type: 'task', dueDate: '2026-01-15' });
  const found = async (query: string) =>
    (await api.get<IssueAnswer[]>(`${issues}?sort=asc&${query}`)).body.map(({ iid }) => iid);
  expect(await found('')).toEqual([1, 2, 3]);
  expect(await found('state=opened')).toEqual([1, 2]);
  expect(await found('labels=bug,till')).toEqual([2]);
  expect(await found('labels=None')).toEqual([3]);
  expect(await found('labels=any')).toEqual([1, 2]);
  expect(await found('not[labels]=till')).toEqual([1, 3]);
  expect(await found('assignee_id=None')).toEqual([2, 3]);
  expect(await found('assignee_id=Any')).toEqual([1]);
  expect(await found(`assignee_id=${ada.id}`)).toEqual([1]);
  expect(await found('assignee_username=ada')).toEqual([1]);
  expect(await found('author_username=bob')).toEqual([2]);
  expect(await found('milestone=1.0')).toEqual([1]);
  expect(await found('milestone=None')).toEqual([2, 3]);
  expect(await found('search=round')).toEqual([1, 2]);
  expect(await found('search=round&in=title')).toEqual([1]);
  expect(await found('iids[]=1&iids[]=3')).toEqual([1, 3]);
  expect(await found('issue_type=task')).toEqual([3]);
  expect(await found('due_date=overdue')).toEqual([1]);
  expect(await found('due_date=tomorrow')).toEqual([3]);
  expect(await found('due_date=week')).toEqual([1, 3]);
  expect(await found('due_date=0')).toEqual([2]);
  expect(await found('weight=5')).toEqual([3]);
  expect(await found('weight=None')).toEqual([1, 2]);
  expect(await found('created_after=2026-01-15T00:00:00Z')).toEqual([]);
  expect(await found('order_by=title')).toEqual([3, 1, 2]);
  expect(await api.get(`${issues}?assignee_id=ada`)).toMatchObject({ status: 400 });
  expect(await api.get(`${issues}?state=open`)).toMatchObject({
    status: 400,
    body: { error: 'state does not have a valid value' },
  });
});

test('lists are paged by number and by key', async () => {
  const { api, gitlab, project } = at;
  for (let n = 0; n < 5; n += 1) gitlab.world.addIssue({ project });
  const second = await api.get<IssueAnswer[]>(`${issues}?per_page=2&page=2`);
  expect(second.body.map(({ iid }) => iid)).toEqual([3, 2]);
  expect(second.headers.get('x-total')).toBe('5');
  expect(second.headers.get('x-next-page')).toBe('3');
  const first = await api.get<IssueAnswer[]>(`${issues}?per_page=3&pagination=keyset&order_by=created_at&sort=desc`);
  expect(first.headers.get('x-total')).toBeNull();
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const rest = await api.get<IssueAnswer[]>(next.slice(`${gitlab.url}/api/v4`.length));
  expect(rest.body.map(({ iid }) => iid)).toEqual([2, 1]);
  expect(rest.headers.get('link')).toBeNull();
});

test('lists of a group and of all projects', async () => {
  const { api, ada, gitlab, project } = at;
  const other = gitlab.world.addProject({ path: 'acme/till', visibility: 'public' });
  gitlab.world.addIssue({ project, author: ada });
  gitlab.world.addIssue({ project: other, author: gitlab.world.addUser() });
  const group = await api.get('/groups/acme/issues?sort=asc');
  expect(group.body).toMatchObject([
    { references: { relative: 'shop#1' } },
    { references: { relative: 'till#1', full: 'acme/till#1' } },
  ]);
  expect((await api.get<unknown[]>('/issues')).body).toMatchObject([{ project_id: project.id }]);
  expect((await api.get<unknown[]>('/issues?scope=all')).body).toHaveLength(2);
  expect((await clientOf(gitlab).get('/issues')).status).toBe(401);
  expect((await api.get(`${issues}_statistics`)).body).toEqual({
    statistics: { counts: { all: 1, closed: 0, opened: 1 } },
  });
});

test('links are seen from both sides', async () => {
  const { api, gitlab, project } = at;
  const { world } = gitlab;
  world.addIssue({ project });
  const other = world.addIssue({ project: world.addProject({ path: 'acme/till', visibility: 'public' }) });
  world.addMember(other.project, at.ada, access.guest);
  const link = { target_project_id: 'acme/till', target_issue_iid: 1, link_type: 'blocks' };
  const made = await api.post(`${issues}/1/links`, link);
  expect(made).toMatchObject({
    status: 201,
    body: { link_type: 'blocks', source_issue: { iid: 1 }, target_issue: { project_id: other.project.id } },
  });
  expect((await api.get(`${issues}/1/links`)).body).toMatchObject([{ id: other.id, link_type: 'blocks' }]);
  expect((await api.get('/projects/acme%2Ftill/issues/1/links')).body).toMatchObject([{ link_type: 'is_blocked_by' }]);
  expect(await api.post(`${issues}/1/links`, link)).toMatchObject({
    status: 409,
    body: { message: 'Issue(s) already assigned' },
  });
  expect((await api.post(`${issues}/1/links`, { ...link, target_issue_iid: 9 })).status).toBe(404);
  expect((await api.post(`${issues}/1/links`, {})).body).toEqual({
    error: 'target_project_id is missing, target_issue_iid is missing',
  });
});

test('time is estimated and spent', async () => {
  const { api, gitlab, project } = at;
  gitlab.world.addIssue({ project });
  const estimated = await api.post(`${issues}/1/time_estimate`, { duration: '1w 3h30m' });
  expect(estimated).toMatchObject({ status: 200, body: { time_estimate: 156_600, human_time_estimate: '1w 3h 30m' } });
  const spent = await api.post(`${issues}/1/add_spent_time`, { duration: '2d' });
  expect(spent).toMatchObject({ status: 201, body: { total_time_spent: 57_600, human_total_time_spent: '2d' } });
  await api.post(`${issues}/1/add_spent_time`, { duration: '-1d' });
  expect((await api.get(`${issues}/1/time_stats`)).body).toMatchObject({ human_total_time_spent: '1d' });
  expect((await api.post(`${issues}/1/add_spent_time`, { duration: '-2d' })).body).toEqual({
    message: { base: ['Time to subtract exceeds the total time spent'] },
  });
  expect((await api.post(`${issues}/1/time_estimate`, { duration: 'soon' })).status).toBe(400);
  expect((await api.post(`${issues}/1/reset_spent_time`)).body).toMatchObject({ total_time_spent: 0 });
});

test('an agent may write issues but not reach links', async () => {
  const { ada, gitlab, project } = at;
  const issue = gitlab.world.addIssue({ project });
  const link = gitlab.world.addIssueLink(issue, gitlab.world.addIssue({ project }));
  const agent = clientOf(gitlab, gitlab.world.addToken({ user: ada, scopes: ['ai_workflows'] }).value);
  expect((await agent.post(issues, { title: 'Seen' })).status).toBe(201);
  expect((await agent.put(`${issues}/1`, { title: 'Seen' })).status).toBe(200);
  expect((await agent.get(`${issues}/1/links`)).status).toBe(403);
  expect((await agent.delete(`${issues}/1/links/${link.id}`)).status).toBe(403);
  const refused = await agent.put(`${issues}/1`, { description: 'Done\n/label ~bug\n/close' });
  expect(refused).toMatchObject({
    status: 403,
    body: { message: '403 Forbidden - Quick actions close cannot be used with AI workflows.' },
  });
  expect(issue).toMatchObject({ state: 'opened', description: null });
});
