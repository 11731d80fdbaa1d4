import { afterEach, beforeEach, expect, test } from 'vitest';
import { startWorkplace, type Workplace } from '../../testing/workplace.js';
import { access, type Group } from '../../world/types.js';

let at: Workplace;
let group: Group;

beforeEach(async () => {
  at = await startWorkplace({ version: '18.4.0' });
  group = at.gitlab.world.group('acme') as Group;
  at.gitlab.world.addMember(group, at.ada, access.maintainer);
});

afterEach(() => at.gitlab.close());

const iids = (body: unknown) => (body as { iid: number }[]).map(({ iid }) => iid);

test('lists epics, with those of groups below', async () => {
  const { api, ada } = at;
  const { world } = at.gitlab;
  const below = world.addGroup({ path: 'acme/web' });
  const first = world.addEpic({
    group,
    author: ada,
    title: 'Payments',
    labels: ['plan', 'q1'],
    description: 'By card',
  });
  world.addEpic({ group, title: 'Accounts', state: 'closed' });
  world.addEpic({ group: below, iid: 7, title: 'Pages' });
  const all = await api.get('/groups/acme/epics?order_by=title&sort=asc');
  expect(all.headers.get('x-total')).toBe('3');
  expect(all.body).toMatchObject([
    { iid: 2, title: 'Accounts', state: 'closed', references: { short: '&2', relative: '&2', full: 'acme&2' } },
    { iid: 7, title: 'Pages', references: { short: '&7', relative: 'acme/web&7', full: 'acme/web&7' } },
    {
      id: first.id,
      work_item_id: first.workItemId,
      iid: 1,
      group_id: group.id,
      author: { id: ada.id },
      labels: ['plan', 'q1'],
    },
  ]);
  const found = async (query: string) => iids((await api.get(`/groups/acme/epics?${query}`)).body);
  expect(await found('include_descendant_groups=false&sort=asc')).toEqual([1, 2]);
  expect(await found('labels=plan,q1')).toEqual([1]);
  expect(await found('state=closed')).toEqual([2]);
  expect(await found('search=CARD')).toEqual([1]);
  expect(await found('author_username=ada&not[labels]=plan')).toEqual([7, 2]);
  expect(iids((await api.get('/groups/acme%2Fweb/epics?include_ancestor_groups=true&sort=asc')).body)).toEqual([
    1, 2, 7,
  ]);
});

test('creates, reads and updates an epic', async () => {
  const { api } = at;
  const created = await api.post<{ iid: number }>('/groups/acme/epics', {
    title: 'Payments',
    description: 'By card',
    labels: 'plan',
    due_date_fixed: '2026-12-31',
    due_date_is_fixed: true,
  });
  expect(created).toMatchObject({
    status: 201,
    body: {
      iid: 1,
      state: 'opened',
      confidential: false,
      due_date: '2026-12-31',
      due_date_fixed: '2026-12-31',
      labels: ['plan'],
    },
  });
  const updated = await api.put('/groups/acme/epics/1', {
    title: 'Paying',
    add_labels: 'q1',
    remove_labels: 'plan',
    state_event: 'close',
  });
  expect(updated).toMatchObject({ status: 200, body: { title: 'Paying', labels: ['q1'], state: 'closed' } });
  expect((await api.get('/groups/acme/epics/1')).body).toMatchObject({ title: 'Paying', subscribed: true });
  expect((await api.put('/groups/acme/epics/1', {})).status).toBe(400);
});

test('what GitLab does not take', async () => {
  const { api } = at;
  expect(await api.post('/groups/acme/epics', {})).toMatchObject({ status: 400, body: { error: 'title is missing' } });
  expect(await api.post('/groups/acme/epics', { title: ' ' })).toMatchObject({
    status: 400,
    body: { message: { title: ["can't be blank"] } },
  });
  expect(await api.get('/groups/acme/epics?state=done')).toMatchObject({
    status: 400,
    body: { error: 'state does not have a valid value' },
  });
  expect(await api.get('/groups/acme/epics/9')).toMatchObject({ status: 404, body: { message: '404 Not found' } });
});

test('the issues and the epics in an epic', async () => {
  const { api, project } = at;
  const { world } = at.gitlab;
  const epic = world.addEpic({ group });
  const issue = world.addIssue({ project, epic });
  const other = world.addIssue({ project });
  expect((await api.post(`/groups/acme/epics/1/issues/${other.id}`)).status).toBe(201);
  const issues = await api.get('/groups/acme/epics/1/issues');
  expect(issues.body).toMatchObject([
    { id: issue.id, epic: { id: epic.id }, epic_issue_id: expect.any(Number), references: { relative: 'shop#1' } },
    { id: other.id },
  ]);
  const child = await api.post<{ id: number }>('/groups/acme/epics/1/epics', { title: 'First step' });
  expect(child).toMatchObject({ status: 201, body: { title: 'First step', parent_id: epic.id, has_children: false } });
  expect((await api.get('/groups/acme/epics/1/epics')).body).toMatchObject([{ id: child.body.id, parent_iid: 1 }]);
  const circle = await api.post(`/groups/acme/epics/2/epics/${epic.id}`);
  expect(circle).toMatchObject({ status: 400, body: { message: { parent: [expect.stringContaining('below it')] } } });
});

test('confidential epics, and who may change one', async () => {
  const { world } = at.gitlab;
  world.addEpic({ group, author: at.ada, confidential: true });
  const guest = at.as(access.guest);
  expect((await guest.get('/groups/acme/epics')).body).toEqual([]);
  expect((await guest.get('/groups/acme/epics/1')).status).toBe(404);
  expect((await guest.post('/groups/acme/epics', { title: 'Mine' })).status).toBe(403);
});

test.each([{ version: '19.5.0' }, { version: '18.4.0', edition: 'ce' as const }])('not with %o', async (options) => {
  const without = await startWorkplace(options);
  try {
    expect(await without.api.get('/groups/acme/epics')).toMatchObject({
      status: 404,
      body: { error: '404 Not Found' },
    });
  } finally {
    await without.gitlab.close();
  }
});
