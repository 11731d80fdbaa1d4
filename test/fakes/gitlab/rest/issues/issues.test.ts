import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientOf, startWorkplace, type Workplace } from '../../testing/workplace.js';
import { access } from '../../world/types.js';

interface IssueAnswer {
  iid: number;
}

const issues = '/projects/acme%2Fshop/issues';

let at: Workplace;

beforeEach(async () => {
  at = await startWorkplace();
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
