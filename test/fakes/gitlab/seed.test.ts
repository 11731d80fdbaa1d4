import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type GitLab, startGitLab } from './index.js';
import { clientOf } from './testing/workplace.js';

let gitlab: GitLab;

afterEach(() => gitlab.close());

test('the demo begins with an issue, code that has the bug, and a pipeline that failed', async () => {
  const folder = fileURLToPath(new URL('../../demo/repository', import.meta.url));
  gitlab = await startGitLab({ seed: 'demo', repositories: { 'acme/split-bill': folder } });
  const { world, demo } = gitlab;
  expect(demo?.issue).toMatchObject({ iid: 1, state: 'opened', labels: [{ name: 'bug' }, { name: 'money' }] });
  const api = clientOf(gitlab, demo?.token.value);
  const file = await api.get('/projects/acme%2Fsplit-bill/repository/files/src%2Fsplit.js/raw');
  expect(file.body).toContain('a.remainder < b.remainder');
  const head = demo?.project.repository?.resolve('main');
  expect(world.pipelines).toMatchObject([{ status: 'failed', sha: head }]);
  expect(world.jobs.map(({ name, status }) => [name, status])).toEqual([
    ['lint', 'success'],
    ['test', 'failed'],
  ]);
  expect(world.jobs[1]?.log).toContain('ERROR: Job failed: exit code 1');
});
