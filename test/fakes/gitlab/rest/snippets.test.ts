import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientOf, startWorkplace, type Workplace } from '../testing/workplace.js';

let at: Workplace;

beforeEach(async () => {
  at = await startWorkplace();
});

afterEach(() => at.gitlab.close());

test('the snippets of a project', async () => {
  const { api, project, ada } = at;
  const files = { 'run.sh': 'echo 1\n', 'read.me': 'Run it\n' };
  const snippet = at.gitlab.world.addSnippet({ project, title: 'Run', files });
  at.gitlab.world.addSnippet({ title: 'Of nobody' });
  const entity = {
    id: snippet.id,
    title: 'Run',
    visibility: 'private',
    author: { id: ada.id },
    project_id: project.id,
    file_name: 'run.sh',
    files: [{ path: 'run.sh', raw_url: `${at.gitlab.url}/acme/shop/-/snippets/${snippet.id}/raw/main/run.sh` }, {}],
    web_url: `${at.gitlab.url}/acme/shop/-/snippets/${snippet.id}`,
  };
  expect((await api.get(`/projects/${project.id}/snippets`)).body).toMatchObject([entity]);
  expect((await api.get(`/projects/${project.id}/snippets/${snippet.id}`)).body).toMatchObject(entity);
  expect((await api.get(`/projects/${project.id}/snippets/${snippet.id}/raw`)).body).toBe('echo 1\n');
  const file = await api.get(`/projects/${project.id}/snippets/${snippet.id}/files/main/read.me/raw`);
  expect(file.body).toBe('Run it\n');
  expect(await api.get(`/projects/${project.id}/snippets/1`)).toMatchObject({
    status: 404,
    body: { message: '404 Snippet Not Found' },
  });
});

test('personal snippets are for their author unless they are public', async () => {
  const { api, ada } = at;
  const { world } = at.gitlab;
  const own = world.addSnippet({ author: ada });
  const hidden = world.addSnippet({ author: world.addUser() });
  const open = world.addSnippet({ author: world.addUser(), visibility: 'public' });
  expect((await api.get('/snippets')).body).toMatchObject([{ id: own.id, project_id: null }]);
  expect((await api.get('/snippets/public')).body).toMatchObject([{ id: open.id }]);
  expect((await api.get(`/snippets/${hidden.id}`)).status).toBe(404);
  expect((await clientOf(at.gitlab).get(`/snippets/${open.id}`)).status).toBe(200);
});
