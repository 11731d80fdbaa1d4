import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, clientOf, startWorkplace, type Workplace } from '../testing/workplace.js';
import { access } from '../world/types.js';

let at: Workplace;

beforeEach(async () => {
  at = await startWorkplace();
});

afterEach(() => at.gitlab.close());

test('a project is found by its id and by its encoded path', async () => {
  const { api, project, gitlab } = at;
  for (const id of [project.id, 'acme%2Fshop']) {
    const { status, body } = await api.get(`/projects/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: project.id,
      name: 'Shop',
      name_with_namespace: 'Acme / Shop',
      path_with_namespace: 'acme/shop',
      default_branch: 'main',
      visibility: 'private',
      web_url: `${gitlab.url}/acme/shop`,
      readme_url: `${gitlab.url}/acme/shop/-/blob/main/README.md`,
      namespace: { kind: 'group', full_path: 'acme' },
      permissions: { project_access: { access_level: 40 }, group_access: null },
    });
  }
});

test('what one may not see is not there', async () => {
  const stranger = clientOf(at.gitlab, at.gitlab.world.addToken({ user: at.gitlab.world.addUser() }).value);
  for (const client of [stranger, clientOf(at.gitlab)]) {
    const { status, body } = await client.get('/projects/acme%2Fshop');
    expect([status, body]).toEqual([404, { message: '404 Project Not Found' }]);
  }
});

test('a public project is shown to anybody, with fewer fields', async () => {
  at.project.visibility = 'public';
  const { body } = await clientOf(at.gitlab).get('/projects/acme%2Fshop');
  expect(body).toMatchObject({ id: at.project.id, default_branch: 'main' });
  expect(body).not.toHaveProperty('permissions');
});

test('a moved project answers GET with its new place, and refuses all else', async () => {
  at.project.formerPaths.push('acme/old');
  const moved = await at.api.get('/projects/acme%2Fold/repository/commits?page=2');
  expect(moved.status).toBe(301);
  const location = `${at.gitlab.url}/api/v4/projects/${at.project.id}/repository/commits?page=2`;
  expect(moved.headers.get('location')).toBe(location);
  expect(moved.body).toBe(`This resource has been moved permanently to ${location}`);
  expect((await at.api.post('/projects/acme%2Fold/labels', { name: 'a', color: 'red' })).status).toBe(405);
});

test('the list is paged by number, with links and totals', async () => {
  const { gitlab, ada, api } = at;
  for (let i = 0; i < 4; i += 1) gitlab.world.addProject({ path: `ada/notes-${i}`, description: 'Thoughts' });
  const { body, headers } = await api.get<{ path: string }[]>(
    '/projects?search=notes&per_page=3&order_by=path&sort=asc',
  );
  expect(body.map(({ path }) => path)).toEqual(['notes-0', 'notes-1', 'notes-2']);
  expect(Object.fromEntries(headers)).toMatchObject({
    'x-page': '1',
    'x-per-page': '3',
    'x-next-page': '2',
    'x-prev-page': '',
    'x-total': '4',
    'x-total-pages': '2',
  });
  expect(headers.get('link')).toContain('rel="next"');
  const next = await api.get(`/users/${ada.id}/projects?per_page=3&page=2`);
  expect([next.headers.get('x-prev-page'), next.headers.get('x-next-page')]).toEqual(['1', '']);
});

test('the list is paged by key, which only follows the link', async () => {
  const { gitlab, api } = at;
  for (let i = 0; i < 3; i += 1) gitlab.world.addProject({ path: `ada/notes-${i}` });
  let path: string | undefined = '/projects?pagination=keyset&order_by=id&sort=asc&per_page=2';
  const pages: string[][] = [];
  while (path) {
    const { body, headers }: Answer<{ path: string }[]> = await api.get(path);
    expect(headers.has('x-total')).toBe(false);
    pages.push(body.map((one) => one.path));
    path = /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]?.split('/api/v4')[1];
  }
  expect(pages).toEqual([
    ['shop', 'notes-0'],
    ['notes-1', 'notes-2'],
  ]);
  const refused = await api.get('/projects?pagination=keyset&order_by=name');
  expect(refused.status).toBe(405);
});

test('parameters are checked as Grape checks them', async () => {
  const wrong = await at.api.get('/projects?order_by=luck&membership=perhaps&unknown=1');
  expect(wrong.status).toBe(400);
  expect(wrong.body).toEqual({ error: 'order_by does not have a valid value, membership is invalid' });
  expect((await at.api.get('/projects?page=0')).body).toEqual({ error: 'page does not have a valid value' });
});

test('languages in percent of their bytes', async () => {
  const { project, gitlab, api } = at;
  gitlab.world.commit(project, { files: { 'deploy.sh': 'echo\n'.repeat(10) } });
  const { body } = await api.get<Record<string, number>>(`/projects/${project.id}/languages`);
  expect(Object.keys(body)).toEqual(['JavaScript', 'Shell']);
  expect(Object.values(body).reduce((sum, share) => sum + share)).toBeCloseTo(100);
});

test('members, direct and inherited', async () => {
  const { project, gitlab, api, ada } = at;
  const bob = gitlab.world.addUser({ username: 'bob' });
  const acme = gitlab.world.group('acme');
  if (acme) gitlab.world.addMember(acme, bob, access.developer);
  const direct = await api.get(`/projects/${project.id}/members`);
  expect(direct.body).toMatchObject([{ username: 'ada', access_level: 40, expires_at: null }]);
  const all = await api.get(`/projects/${project.id}/members/all?query=bo`);
  expect(all.body).toMatchObject([{ username: 'bob', access_level: 30, membership_state: 'active' }]);
  expect((await api.get(`/projects/${project.id}/members/${bob.id}`)).status).toBe(404);
  expect((await api.get(`/projects/${project.id}/members/all/${ada.id}`)).body).toMatchObject({ id: ada.id });
});

test('groups, their subgroups and their projects', async () => {
  const { api, gitlab } = at;
  const tools = gitlab.world.addGroup({ path: 'acme/tools', visibility: 'public' });
  gitlab.world.addProject({ path: 'acme/tools/saw', visibility: 'public' });
  expect((await api.get('/groups/acme')).body).toMatchObject({ full_path: 'acme', projects: [{ path: 'shop' }] });
  expect((await api.get('/groups/acme/subgroups')).body).toMatchObject([{ id: tools.id, full_name: 'Acme / Tools' }]);
  const inside = await api.get('/groups/acme/projects?include_subgroups=true&simple=true&order_by=id&sort=asc');
  expect(inside.body).toMatchObject([{ path: 'shop' }, { path: 'saw' }]);
  expect((await api.get('/groups/nowhere')).body).toEqual({ message: '404 Group Not Found' });
});

test('users by name', async () => {
  const { api, ada } = at;
  expect((await api.get('/users?username=ADA')).body).toMatchObject([{ id: ada.id, name: 'Ada Byron' }]);
  expect((await api.get(`/users/${ada.id}`)).body).toMatchObject({ username: 'ada', bot: false });
  expect((await api.get('/users/99999')).body).toEqual({ message: '404 User Not Found' });
});
