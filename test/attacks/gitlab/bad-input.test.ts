// What goes wrong without anybody meaning harm: the error names the cause and what to do, as its reader would put it.
import { readGitLabSettings } from '@cofferdam/mcp-servers';
import { expect, test } from 'vitest';
import { generatedLog } from '../../fakes/gitlab/index.js';
import { served } from '../../gitlab/support.js';
import { hostile, listening, theWorld } from './support.js';

const token = 'glpat-0123456789abcdefghij';
const day = 86_400_000;

test.each([
  [
    'a name that is none',
    'https://no-such-host.invalid',
    'unreachable',
    /its name is not known.*\n.*spelling of GITLAB_URL/,
  ],
  ['a port where nothing is', 'http://127.0.0.1:9', 'unreachable', /nothing listens there.*\n.*port in GITLAB_URL/],
  ['a page of GitLab', 'GITLAB/acme/shop', 'not-gitlab', /is not the address of a GitLab.*\n.*check GITLAB_URL/],
  ['a path where GitLab is not', 'GITLAB/gitlab', 'not-gitlab', /is not the address of a GitLab/],
])('the wrong GITLAB_URL: %s', async (_, url, code, words) => {
  const { gitlab } = await theWorld();
  const options = {
    url: url.replace('GITLAB', gitlab.url),
    token,
    project: 'acme/shop',
    families: ['issues'] as const,
  };
  const { call, warnings } = await served(options);
  const result = await call('get_issue', { issue: '1' });
  expect(result.code).toBe(code);
  expect(result.text).toMatch(words);
  expect(warnings[0]).toMatch(/GITLAB_URL/);
});

test.each([
  [{ GITLAB_TOKEN: '' }, 'There is no GitLab token.', /Set GITLAB_TOKEN to .* scope api/],
  [{ GITLAB_URL: '' }, 'GITLAB_URL is missing or not a web address.', /https:\/\/gitlab.example.com/],
  [{ GITLAB_URL: 'gitlab.example.com' }, 'GITLAB_URL is missing or not a web address.', /https:/],
  [{ GITLAB_PROJECT: 'shop' }, 'GITLAB_PROJECT is "shop", which is not the path of a project.', /group\/project/],
])('settings %j', (env, message, remedy) => {
  const all = { GITLAB_URL: 'https://gitlab.example.com', GITLAB_TOKEN: token, ...env };
  expect(() => readGitLabSettings(all)).toThrow(
    expect.objectContaining({ message, remedy: expect.stringMatching(remedy) }),
  );
});

test('tokens that have expired, are about to, or may not read: said at the start and by the call', async () => {
  const the = await theWorld();
  const withToken = async (input: { scopes?: string[]; expiresAt?: Date }) => {
    const { value } = the.world.addToken({ user: the.ada, scopes: ['api'], ...input });
    const { call, warnings } = await the.serve({ token: value, families: ['issues'] });
    const { code, text } = await call('get_issue', { issue: '1' });
    return { code, text, warned: warnings.join() };
  };
  expect(await withToken({ expiresAt: new Date(Date.now() - 3 * day) })).toMatchObject({
    code: 'token-expired',
    text: expect.stringMatching(/has expired.*\nTell the user: a new token/),
    warned: expect.stringMatching(/has expired.*a new token has to be made/),
  });
  expect(await withToken({ expiresAt: new Date(Date.now() + 3 * day) })).toMatchObject({
    code: undefined,
    warned: expect.stringMatching(/^The GitLab token expires on \d{4}-\d\d-\d\d\.$/),
  });
  expect(await withToken({ scopes: ['read_user'] })).toMatchObject({
    code: 'insufficient-scope',
    text: expect.stringMatching(/needs a token with the scope read_api or api; this one has read_user/),
    warned: expect.stringContaining('reading needs read_api or api'),
  });
});

test.each([
  [
    'a login page from the start',
    200,
    '<title>Corp sign-in</title>',
    'not-gitlab',
    /"Corp sign-in".*\n.*GITLAB_URL, the proxy/,
  ],
  ['a login page with 401', 401, '<title>Corp sign-in</title>', 'not-gitlab', /"Corp sign-in"/],
  ['a proxy that wants a password', 407, '<title>Proxy</title>', 'not-gitlab', /the proxy variables/],
  ['a proxy that refuses', 403, '<title>Blocked</title>', 'not-gitlab', /"Blocked"/],
  [
    'a failure in HTML',
    500,
    '<title>We are sorry</title>',
    'server-error',
    /failed with 500.*We are sorry.*\nTry again later/,
  ],
])('%s', async (_, status, body, code, words) => {
  const { url } = await listening(
    (__, response) => void response.writeHead(status, { 'content-type': 'text/html' }).end(body),
  );
  const { call } = await served({ url, token, project: 'acme/shop', families: ['issues'] });
  const result = await call('get_issue', { issue: '1' });
  expect(result.code).toBe(code);
  expect(result.text).toMatch(words);
});

test('numbers and names that nothing has', async () => {
  const the = await theWorld();
  const { call } = await the.serve();
  for (const [tool, input, words] of [
    ['get_issue', { issue: '999' }, /nothing at "\/projects\/acme\/shop\/issues\/999".*\nCheck the number/],
    ['get_merge_request', { merge_request: '999' }, /merge_requests\/999/],
    ['get_pipeline', { pipeline: '999' }, /pipelines\/999/],
    ['get_job_logs', { job: '999' }, /no log of a job 999.*\nCheck the number/],
    ['get_epic', { epic: '&999' }, /no epic acme&999/],
    ['list_notes', { on: '#999' }, /issues\/999/],
    ['get_commit', { commit: 'deadbeef' }, /commits\/deadbeef/],
    [
      'get_repository_file',
      { file_path: 'nope' },
      /no file "nope" at the default branch.*\nLook with list_repository_tree/,
    ],
    ['update_issue', { issue: '1', assignees: ['nobody'] }, /called @nobody.*\nList the members/],
    ['update_issue', { issue: '1', milestone: 'v9' }, /no milestone "v9".*\nList them/],
    [
      'get_issue',
      { issue: 'mallory/secrets#1' },
      /bound to the project acme\/shop.*mallory\/secrets is outside.*\nStay inside/,
    ],
    ['get_issue', { issue: '9007199254740993' }, /is a number that nothing in GitLab has.*\nGive an address/],
    ['get_issue', { issue: 'the one about cents' }, /holds spaces.*\nGive an address/],
  ] as const)
    expect(await call(tool, input)).toMatchObject({ isError: true, text: expect.stringMatching(words) });
});

test('a log of 30 MB and a title of control characters are read like others', async () => {
  const the = await theWorld();
  const job = the.world.addJob({
    pipeline: the.pipeline,
    name: 'long',
    status: 'failed',
    log: () => generatedLog(450_000),
  });
  the.world.addIssue({ project: the.project, title: 'Red \u001b[31m\u0007alert\u009b' });
  const { call, events } = await the.serve({ families: ['jobs', 'issues'] });
  const { text } = await call('get_job_logs', { job: String(job.id) });
  expect(text).toContain('ERROR: Job failed');
  expect(text.length).toBeLessThan(60_000);
  expect(Math.max(...events().map(({ bytes_in: bytes }) => Number(bytes ?? 0)))).toBeGreaterThan(29_000_000);
  expect((await call('get_issue', { issue: '3' })).data.title).toBe('Red [U+001B][31m[U+0007]alert[U+009B]');
});

test('a token that loses its scope, its life or its user in the middle', async () => {
  const the = await theWorld();
  const { call } = await the.serve({ families: ['issues'] });
  await call('get_issue', { issue: '1' });
  const found = [...the.world.tokens].find(({ value }) => value === the.token);
  if (!found) throw new Error('The world has no token.');
  found.scopes = ['read_user'];
  const scope = await call('list_issues');
  expect(scope).toMatchObject({
    code: 'insufficient-scope',
    text: expect.stringMatching(/scopes are others than when/),
  });
  found.scopes = ['api'];
  the.ada.state = 'blocked';
  expect(await call('list_issues')).toMatchObject({
    code: 'forbidden',
    text: expect.stringContaining('has been blocked'),
  });
  the.ada.state = 'active';
  found.revoked = true;
  expect(await call('list_issues')).toMatchObject({
    code: 'token-revoked',
    text: expect.stringMatching(/was revoked.*\nTell the user: a new token/),
  });
});

test('GitLab answers half of it and then fails: nothing half is shown', async () => {
  const { call } = await hostile((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"iid":1,"title":"half"');
    response.socket?.end();
  });
  const result = await call('get_issue', { issue: '1' });
  expect(result.code).toBe('unreachable');
  expect(result.text).not.toContain('half');
});
