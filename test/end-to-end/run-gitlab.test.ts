// `cofferdam run` in a workspace that belongs to a GitLab project.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GitLab, startGitLab } from '../fakes/gitlab/index.js';
import { call, say, toolResults } from '../fakes/messages-api/index.js';
import { cofferdam, jsonLines, modelThatPlays } from '../support/cofferdam.js';
import { git, repositoryWith } from '../support/workspaces.js';

const root = repositoryWith({ 'a.txt': 'a\n' });
let gitlab: GitLab;
let env: Record<string, string>;
beforeAll(async () => {
  gitlab = await startGitLab({ seed: 'demo' });
  git(root, 'remote', 'add', 'origin', `${gitlab.url}/acme/split-bill.git`);
  env = { GITLAB_URL: gitlab.url, GITLAB_TOKEN: gitlab.demo?.token.value ?? '' };
});
afterAll(() => gitlab.close());

const plan = call('update_plan', { steps: [{ title: 'Answer', status: 'in_progress' }] });
const comment = call('gitlab__create_note', { on: '#1', body: 'I am on it.' });
const noteRequests = () => gitlab.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/notes'));

test('the agent reads the issue, and every request stands in the audit log with the session and the call', async () => {
  const model = await modelThatPlays([call('gitlab__get_issue', { issue: '#1' }), say('Read.')]);
  const options = { model, env, cwd: root };
  const { code, stdout } = await cofferdam(['run', 'Read issue 1', '--approve', 'all', '--json'], options);
  expect(code).toBe(0);
  expect(model.requests.flatMap(toolResults)[0]?.text).toMatch(/^<outside-.*go to the wrong people/s);
  const session = jsonLines(stdout).find(({ kind }) => kind === 'session')?.['id'];
  const started = jsonLines(stdout).find(({ kind }) => kind === 'tool-start')?.['id'];
  const { stdout: log } = await cofferdam(['audit', 'show', '--session', String(session), '--json']);
  expect(jsonLines(log)).toContainEqual(
    expect.objectContaining({
      kind: 'request',
      call: started,
      endpoint: '/projects/:id/issues/:issue_iid',
      status: 200,
    }),
  );
  expect(JSON.stringify([stdout, log, model.requests])).not.toContain(env['GITLAB_TOKEN']);
});

test('an approved plan does not cover what acts outside of the sandbox: where nobody can be asked, it is not done', async () => {
  const model = await modelThatPlays([plan, comment, say('Done.')]);
  await cofferdam(['run', 'Answer issue 1'], { model, env, cwd: root });
  expect(noteRequests()).toEqual([]);
  expect(model.requests.flatMap(toolResults).at(-1)).toMatchObject({ isError: true });
});

test('--approve all lets it act', async () => {
  const model = await modelThatPlays([comment, say('Done.')]);
  const { code } = await cofferdam(['run', 'Answer issue 1', '--approve', 'all'], { model, env, cwd: root });
  expect(code).toBe(0);
  expect(noteRequests()).toHaveLength(1);
});

test('a token goes only to an instance that the user named', async () => {
  const model = await modelThatPlays([say('No tools.')]);
  const { GITLAB_TOKEN = '' } = env;
  const { stderr } = await cofferdam(['run', 'Look', '--approve', 'all'], { model, env: { GITLAB_TOKEN }, cwd: root });
  expect(stderr).toContain(`No GitLab tools: set GITLAB_URL=${gitlab.url}`);
  expect(JSON.stringify(model.requests[0]?.body.tools)).not.toContain('gitlab__');
});
