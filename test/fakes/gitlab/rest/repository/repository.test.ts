// Branches, commits, trees and files, read from and written to a real Git repository.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FILES, startWorkplace, type Workplace } from '../../testing/workplace.js';
import { access } from '../../world/types.js';

let at: Workplace;
let code: string;

beforeEach(async () => {
  at = await startWorkplace();
  code = `/projects/${at.project.id}/repository`;
});

afterEach(() => at.gitlab.close());

type Named = { name: string };

test('branches: list, search, one, create', async () => {
  const { api } = at;
  const made = await api.post(`${code}/branches`, { branch: 'fix/total', ref: 'main' });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    name: 'fix/total',
    merged: true,
    protected: false,
    default: false,
    can_push: true,
  });
  const found = await api.get<Named[]>(`${code}/branches?search=^fix`);
  expect(found.body.map(({ name }) => name)).toEqual(['fix/total']);
  expect((await api.get(`${code}/branches/fix%2Ftotal`)).body).toMatchObject({ commit: { title: 'Initial commit' } });
  expect((await api.get(`${code}/branches/none`)).body).toEqual({ message: '404 Branch Not Found' });
  const again = await api.post(`${code}/branches`, { branch: 'fix/total', ref: 'main' });
  expect([again.status, again.body]).toEqual([400, { message: 'Branch already exists' }]);
  expect((await api.post(`${code}/branches`, { branch: ' ' })).body).toEqual({
    error: 'branch is empty, ref is missing',
  });
  const lost = await api.post(`${code}/branches`, { branch: 'new', ref: 'none' });
  expect(lost.body).toEqual({ message: "Failed to create branch 'new': invalid reference name 'none'" });
});

test('tags, with and without a message', async () => {
  const { api } = at;
  expect((await api.post(`${code}/tags`, { tag_name: 'v1', ref: 'main' })).body).toMatchObject({
    name: 'v1',
    message: '',
    release: null,
    created_at: null,
  });
  await api.post(`${code}/tags`, { tag_name: 'v2', ref: 'main', message: 'Second' });
  const { body } = await api.get<Named[]>(`${code}/tags?order_by=name&sort=desc`);
  expect(body).toMatchObject([{ name: 'v2', message: 'Second' }, { name: 'v1' }]);
  expect((await api.get(`${code}/tags/v3`)).body).toEqual({ message: '404 Tag Not Found' });
});

test('a commit of several actions', async () => {
  const { api, project, ada } = at;
  const made = await api.post<{ id: string }>(`${code}/commits`, {
    branch: 'change',
    start_branch: 'main',
    commit_message: 'Change much\n\nAnd say why.',
    actions: [
      {
        action: 'create',
        file_path: 'logo.bin',
        content: Buffer.from([0, 255]).toString('base64'),
        encoding: 'base64',
      },
      { action: 'update', file_path: 'README.md', content: '# The shop\n' },
      { action: 'move', file_path: 'lib/cart.js', previous_path: 'src/cart.js' },
      { action: 'chmod', file_path: 'lib/cart.js', execute_filemode: true },
      { action: 'delete', file_path: 'src/total.js' },
    ],
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    title: 'Change much',
    message: 'Change much\n\nAnd say why.',
    author_name: ada.name,
    parent_ids: [project.repository?.resolve('main')],
    stats: { additions: 1, deletions: 4, total: 5 },
    status: null,
    last_pipeline: null,
  });
  const { body } = await api.get<{ path: string; mode: string }[]>(`${code}/tree?ref=change&recursive=true`);
  expect(body.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
    '040000 lib',
    '100644 README.md',
    '100755 lib/cart.js',
    '100644 logo.bin',
  ]);
  const diff = await api.get(`${code}/commits/${made.body.id}/diff`);
  expect(diff.body).toMatchObject([
    { new_path: 'README.md', diff: '@@ -1,3 +1 @@\n-# Shop\n-\n-Sells things.\n+# The shop\n' },
    { old_path: 'src/cart.js', new_path: 'lib/cart.js', renamed_file: true, a_mode: '100644', b_mode: '100755' },
    { new_path: 'logo.bin', new_file: true, diff: 'Binary files /dev/null and b/logo.bin differ\n' },
    { new_path: 'src/total.js', deleted_file: true, b_mode: '0' },
  ]);
});

test.each([
  [{ action: 'create', file_path: 'README.md' }, 'A file with this name already exists'],
  [{ action: 'update', file_path: 'none', content: '' }, "A file with this name doesn't exist"],
  [{ action: 'delete', file_path: '../x' }, 'Path cannot include directory traversal'],
  [
    { action: 'update', file_path: 'README.md', content: '', last_commit_id: '0'.repeat(40) },
    'The file has changed since you started editing it: README.md',
  ],
])('an action that does not fit is refused: %o', async (action, message) => {
  const { status, body } = await at.api.post(`${code}/commits`, {
    branch: 'main',
    commit_message: 'x',
    actions: [action],
  });
  expect([status, body]).toEqual([400, { message }]);
});

test('what a commit needs, and the branches it may go to', async () => {
  const { api } = at;
  expect(
    (await api.post(`${code}/commits`, { branch: 'main', actions: [{ action: 'move', file_path: 'a' }] })).body,
  ).toEqual({
    error: 'commit_message is missing, actions[0][previous_path] is missing',
  });
  const actions = [{ action: 'create', file_path: 'a', content: 'a' }];
  const onto = (client: Workplace['api'], branch: string, more = {}) =>
    client.post(`${code}/commits`, { branch, commit_message: 'x', actions, ...more });
  expect((await onto(api, 'nowhere')).body).toEqual({
    message: 'You can only create or edit files when you are on a branch',
  });
  expect((await onto(api, 'main', { start_branch: 'other', start_sha: 'x' })).body).toEqual({
    error: 'start_branch, start_sha are mutually exclusive',
  });
  const developer = at.as(access.developer);
  const refused = await onto(developer, 'main');
  expect([refused.status, refused.body]).toEqual([
    403,
    { message: '403 Forbidden - You are not allowed to push into this branch' },
  ]);
  expect((await onto(developer, 'new', { start_branch: 'main' })).status).toBe(201);
  const taken = await onto(developer, 'new', { start_branch: 'main' });
  expect(taken.body).toEqual({
    message: "A branch called 'new' already exists. Switch to that branch in order to make changes",
  });
});

test('commits by path, author and time, without totals', async () => {
  const { api, gitlab, project } = at;
  const eve = gitlab.world.addUser({ username: 'eve', name: 'Eve Moneypenny' });
  gitlab.world.now = () => new Date('2030-01-01T00:00:00Z');
  gitlab.world.commit(project, { files: { 'src/total.js': '\n' }, message: 'Empty it', author: eve });
  const titles = async (query: string) =>
    (await api.get<{ title: string }[]>(`${code}/commits?${query}`)).body.map(({ title }) => title);
  expect(await titles('')).toEqual(['Empty it', 'Initial commit']);
  expect(await titles('path=src/total.js&author=moneypenny')).toEqual(['Empty it']);
  expect(await titles('until=2029-12-31T00:00:00Z')).toEqual(['Initial commit']);
  expect(await titles('since=2029-12-31T00:00:00Z')).toEqual(['Empty it']);
  const { headers } = await api.get(`${code}/commits?per_page=1`);
  expect([headers.get('x-next-page'), headers.get('x-total')]).toEqual(['2', null]);
  expect((await api.get(`${code}/commits?ref_name=none`)).status).toBe(404);
});

test('one commit, by hash, branch or tag, and the refs that hold it', async () => {
  const { api, project } = at;
  const { body } = await api.get<{ id: string }>(`${code}/commits/main`);
  expect(body).toMatchObject({ id: project.repository?.resolve('main'), parent_ids: [], project_id: project.id });
  expect((await api.get(`${code}/commits/${body.id}/refs?type=branch`)).body).toEqual([
    { type: 'branch', name: 'main' },
  ]);
  expect((await api.get(`${code}/commits/0123456789`)).body).toEqual({ message: '404 Commit Not Found' });
});

test('a tree, by pages of numbers and of tokens', async () => {
  const { api } = at;
  const { body } = await api.get<{ path: string; type: string }[]>(`${code}/tree`);
  expect(body).toMatchObject([
    { path: 'src', name: 'src', type: 'tree', mode: '040000' },
    { path: 'README.md', type: 'blob', mode: '100644' },
  ]);
  const first = await api.get(`${code}/tree?path=src&pagination=keyset&per_page=1`);
  expect(first.body).toMatchObject([{ path: 'src/cart.js', name: 'cart.js' }]);
  const next = /<[^>]*\/api\/v4([^>]*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const second = await api.get(next);
  expect(second.body).toMatchObject([{ path: 'src/total.js' }]);
  expect(second.headers.get('link')).toBeNull();
  expect((await api.get(`${code}/tree?path=nowhere`)).status).toBe(404);
  expect((await api.get(`${code}/tree?ref=nowhere`)).body).toEqual({ message: '404 Tree Not Found' });
});

test('a file, with its content, raw, and its headers alone', async () => {
  const { api, project } = at;
  const head = project.repository?.resolve('main');
  const { body } = await api.get<{ content: string }>(`${code}/files/src%2Ftotal.js?ref=HEAD`);
  expect(body).toMatchObject({ file_name: 'total.js', size: 46, ref: 'HEAD', commit_id: head, last_commit_id: head });
  expect(Buffer.from(body.content, 'base64').toString()).toBe(FILES['src/total.js']);
  const raw = await api.get(`${code}/files/src%2Ftotal.js/raw`);
  expect([raw.body, raw.headers.get('x-gitlab-size')]).toEqual([FILES['src/total.js'], '46']);
  const alone = await api.head(`${code}/files/src%2Ftotal.js?ref=main`);
  expect([alone.status, alone.body, alone.headers.get('x-gitlab-file-path')]).toEqual([200, '', 'src/total.js']);
  expect((await api.get(`${code}/files/src%2Ftotal.js`)).body).toEqual({ error: 'ref is missing' });
  expect((await api.get(`${code}/files/none?ref=main`)).body).toEqual({ message: '404 File Not Found' });
  expect((await api.get(`${code}/files/README.md?ref=none`)).body).toEqual({ message: '404 Commit Not Found' });
});

test('a file is written and deleted by commits of its own', async () => {
  const { api } = at;
  const where = { branch: 'main', commit_message: 'x' };
  const made = await api.post(`${code}/files/docs%2Fa.md`, { ...where, content: 'a' });
  expect([made.status, made.body]).toEqual([201, { file_path: 'docs/a.md', branch: 'main' }]);
  expect((await api.put(`${code}/files/docs%2Fa.md`, { ...where, content: 'b' })).status).toBe(200);
  expect((await api.get(`${code}/files/docs%2Fa.md/raw`)).body).toBe('b');
  expect((await api.delete(`${code}/files/docs%2Fa.md`, where)).status).toBe(204);
});

test('blame, of a range of lines', async () => {
  const { api, gitlab, project } = at;
  gitlab.world.commit(project, { files: { 'README.md': '# Shop\n\nSells much.\n' }, message: 'Much' });
  const { body } = await api.get(`${code}/files/README.md/blame?ref=main&range[start]=2&range[end]=3`);
  expect(body).toMatchObject([
    { commit: { message: 'Initial commit' }, lines: [''] },
    { commit: { message: 'Much' }, lines: ['Sells much.'] },
  ]);
});

test('compare, and what two branches have in common', async () => {
  const { api, gitlab, project } = at;
  const base = project.repository?.resolve('main');
  gitlab.world.commit(project, { branch: 'fix', files: { 'README.md': 'x\n' }, message: 'Fix' });
  gitlab.world.commit(project, { files: { 'other.md': 'y\n' }, message: 'Go on' });
  const { body } = await api.get(`${code}/compare?from=main&to=fix`);
  expect(body).toMatchObject({
    commit: { title: 'Fix' },
    commits: [{ title: 'Fix' }],
    diffs: [{ new_path: 'README.md' }],
    compare_same_ref: false,
  });
  expect((await api.get(`${code}/merge_base?refs[]=main&refs[]=fix`)).body).toMatchObject({ id: base });
  expect((await api.get(`${code}/compare?from=main&to=none`)).body).toEqual({ message: '404 Ref Not Found' });
});

test('guests of a private project do not read its code', async () => {
  const { status, body } = await at.as(access.guest).get(`${code}/commits`);
  expect([status, body]).toEqual([403, { message: '403 Forbidden' }]);
});
