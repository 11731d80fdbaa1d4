import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientOf, startWorkplace, type Workplace } from '../../testing/workplace.js';

interface IssueAnswer {
  iid: number;
}

const issues = '/projects/acme%2Fshop/issues';

let at: Workplace;

beforeEach(async () => {
  at = await startWorkplace();
});

afterEach(() => at.gitlab.close());

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
