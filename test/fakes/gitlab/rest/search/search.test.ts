import { afterEach, expect, test } from 'vitest';
import { startWorkplace, type Workplace } from '../../testing/workplace.js';
import { access } from '../../world/types.js';

let at: Workplace;

afterEach(() => at.gitlab.close());

async function start(options = {}): Promise<void> {
  at = await startWorkplace(options);
}

test('issues by title, description and number, newest first', async () => {
  await start();
  const { api, project, gitlab } = at;
  gitlab.world.addIssue({ project, title: 'Totals are wrong' });
  gitlab.world.addIssue({ project, title: 'Slow', description: 'The TOTALS page is slow', state: 'closed' });
  gitlab.world.addIssue({ project, title: 'Secret totals', confidential: true });
  const { body, headers } = await api.get('/search?scope=issues&search=totals');
  expect(body).toMatchObject([{ title: 'Secret totals' }, { title: 'Slow' }, { title: 'Totals are wrong' }]);
  expect(headers.get('x-search-type')).toBe('basic');
  const closed = await api.get(`/projects/${project.id}/search?scope=issues&search=totals&state=closed`);
  expect(closed.body).toMatchObject([{ title: 'Slow' }]);
  const open = await at.as(access.guest).get('/groups/acme/search?scope=issues&search=totals&state=opened');
  expect(open.body).toMatchObject([{ title: 'Totals are wrong' }]);
  expect((await api.get(`/projects/${project.id}/-/search?scope=issues&search=%231`)).body).toMatchObject([{ iid: 1 }]);
});

test('merge requests, milestones, projects and users', async () => {
  await start();
  const { api, project, gitlab, ada } = at;
  gitlab.world.commit(project, { branch: 'fix', files: { a: 'a\n' } });
  gitlab.world.addMergeRequest({ project, sourceBranch: 'fix', title: 'Fix the cart', author: ada });
  gitlab.world.addMilestone({ owner: project, title: 'Carts' });
  const found = async (scope: string, words: string) => (await api.get(`/search?scope=${scope}&search=${words}`)).body;
  expect(await found('merge_requests', 'cart')).toMatchObject([{ iid: 1, title: 'Fix the cart' }]);
  expect(await found('milestones', 'cart')).toMatchObject([{ title: 'Carts', project_id: project.id }]);
  expect(await found('projects', 'shop')).toMatchObject([{ id: project.id }]);
  expect(await found('users', 'byron')).toMatchObject([{ username: 'ada' }]);
});

test('code of a project, with two lines around each match', async () => {
  await start();
  const { api, project } = at;
  const found = (words: string) =>
    api.get(`/projects/${project.id}/search?scope=blobs&search=${encodeURIComponent(words)}`);
  expect((await found('push')).body).toEqual([
    {
      basename: 'src/cart',
      data: '\nexport function add(item) {\n  cart.push(item);\n}\n',
      path: 'src/cart.js',
      filename: 'src/cart.js',
      id: null,
      ref: 'main',
      startline: 2,
      project_id: project.id,
    },
  ]);
  expect((await found('export filename:total.*')).body).toMatchObject([{ path: 'src/total.js', startline: 1 }]);
  expect((await found('export -path:cart extension:js')).body).toMatchObject([{ path: 'src/total.js' }]);
  expect((await found('README')).body).toMatchObject([{ path: 'README.md', startline: 1 }]);
  expect((await found('nothing of the kind')).body).toEqual([]);
});

test('commits and comments of a project', async () => {
  await start();
  const { api, project, gitlab } = at;
  const sha = gitlab.world.commit(project, { files: { a: 'a\n' }, message: 'Round properly' });
  gitlab.world.addNote(gitlab.world.addIssue({ project }), { body: 'It never rounds' });
  gitlab.world.addNote(gitlab.world.addIssue({ project }), { body: 'It rounds', system: true });
  const found = async (scope: string, words: string) =>
    (await api.get(`/projects/${project.id}/search?scope=${scope}&search=${words}`)).body;
  expect(await found('commits', 'ROUND')).toMatchObject([{ id: sha, project_id: project.id }]);
  expect(await found('commits', sha.slice(0, 9))).toMatchObject([{ id: sha }]);
  expect(await found('notes', 'rounds')).toMatchObject([{ body: 'It never rounds', noteable_type: 'Issue' }]);
});

test('wider searches in code need advanced search', async () => {
  await start();
  for (const path of ['/search', '/groups/acme/search']) {
    const blobs = await at.api.get(`${path}?scope=blobs&search=cart`);
    expect([blobs.status, blobs.body]).toEqual([
      400,
      { message: 'Scope supported only with advanced search or exact code search' },
    ]);
    const notes = await at.api.get(`${path}?scope=notes&search=cart`);
    expect(notes.body).toEqual({ message: 'Scope supported only with advanced search' });
  }
});

test('older versions and the Community Edition say it in other words', async () => {
  await start({ version: '18.4.0' });
  expect((await at.api.get('/search?scope=commits&search=x')).body).toEqual({
    message: { error: 'Scope supported only with advanced search' },
  });
  await at.gitlab.close();
  await start({ edition: 'ce' });
  expect((await at.api.get('/search?scope=commits&search=x')).body).toEqual({
    error: 'scope does not have a valid value',
  });
});

test('with advanced search the whole instance is searched', async () => {
  await start({ advancedSearch: true });
  const { body, headers } = await at.api.get('/search?scope=blobs&search=push');
  expect(body).toMatchObject([{ path: 'src/cart.js', project_id: at.project.id }]);
  expect(headers.get('x-search-type')).toBe('advanced');
});

test('what a search needs, and its limit', async () => {
  await start();
  expect((await at.api.get('/search')).body).toEqual({ error: 'search is missing, scope is missing' });
  expect((await at.api.get('/groups/acme/search?scope=snippet_titles&search=x')).body).toEqual({
    error: 'scope does not have a valid value',
  });
  at.gitlab.limits.endpoints['search_rate_limit'] = { requests: 1, seconds: 60 };
  await at.api.get('/search?scope=users&search=x');
  const refused = await at.api.get('/search?scope=users&search=x');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
  expect(refused.body).toEqual({
    message: { error: 'This endpoint has been requested too many times. Try again later.' },
  });
});
