// A GitLab, or a proxy before it, that sends requests elsewhere with the token.
import { expect, test } from 'vitest';
import { hostile, json, listening, theWorld } from './support.js';

const issue = { iid: 1, title: 'It rounds down', state: 'opened' };

/** Answers `/issues/1` of the project 42, and redirects every other request. */
async function redirecting(location: string, status = 302) {
  const elsewhere = await listening((_, response) => json(response, issue));
  const connected = await hostile((request, response) => {
    if (request.url?.startsWith('/api/v4/projects/42/issues/1')) return json(response, issue);
    const there = location
      .replaceAll('EVIL', new URL(elsewhere.url).host)
      .replaceAll('HOST', request.headers.host ?? '');
    response.writeHead(status, { location: there }).end();
  });
  return { ...connected, elsewhere };
}

test.each([
  'http://EVIL/api/v4/projects/42/issues/1',
  'https://EVIL/api/v4/projects/42/issues/1',
  '//EVIL/api/v4/projects/42/issues/1',
  '\\\\EVIL\\api\\v4\\projects\\42\\issues\\1',
  'http://HOST@EVIL/api/v4/projects/42/issues/1',
  'http://HOST.EVIL/api/v4/projects/42',
  'http://user:pass@HOST/api/v4/projects/42/issues/1',
  'javascript:alert(1)',
  'file:///api/v4/projects/42/issues/1',
  'data:application/json,{"iid":1,"title":"x","state":"opened"}',
  '/api/v4/user',
  '/api/v4/groups/42/issues/1',
  '/api/v4/projects',
  '/api/v4/projects/',
  '/api/v4/projects/mallory%2Fsecrets/issues/1',
  '/api/v4/projects/42abc/issues/1',
  '/api/v4/../../projects/42/issues/1',
  '/api/v3/projects/42/issues/1',
  '/projects/42/issues/1',
  '/oauth/authorize',
  '?private_token=x',
  '#',
  'http://[',
  '',
  'x'.repeat(10_000),
])('to %s: not followed, the token stays, and the error is short', async (location) => {
  const { call, seen, elsewhere, token } = await redirecting(location);
  const result = await call('get_issue', { issue: '1' });
  expect(result).toMatchObject({ isError: true, code: 'redirected' });
  expect(result.text.length).toBeLessThan(600);
  expect(JSON.stringify(result)).not.toContain(token);
  expect(elsewhere.seen).toEqual([]);
  expect(seen.filter((request) => request.url?.includes('issues'))).toHaveLength(1);
});

test('of a moved project only the number is taken: not the path, the query or the object that the answer names', async () => {
  const { call, seen } = await redirecting('/api/v4/projects/42/variables?private_token=x#y', 301);
  expect((await call('get_issue', { issue: '1' })).data).toMatchObject({ iid: 1 });
  expect(seen.map(({ url }) => url).slice(1)).toEqual([
    '/api/v4/projects/acme%2Fshop/issues/1',
    '/api/v4/projects/42/issues/1',
  ]);
});

test('a redirect in a circle ends', async () => {
  const { call, seen } = await hostile((request, response) => {
    const next = Number(/projects\/(\d+)/.exec(request.url ?? '')?.[1] ?? 0) + 1;
    response.writeHead(302, { location: `/api/v4/projects/${next}/issues/1` }).end();
  });
  expect(await call('get_issue', { issue: '1' })).toMatchObject({ code: 'redirected' });
  expect(seen.length).toBeLessThan(7);
});

test.each([301, 302, 303, 307, 308])('a write that is redirected with %i is not sent again', async (status) => {
  const { call, seen } = await hostile((request, response) => {
    if (request.method === 'GET') return json(response, { id: 42, path_with_namespace: 'acme/shop' });
    response.writeHead(status, { location: '/api/v4/projects/43/issues' }).end();
  });
  expect(await call('create_issue', { title: 'New' })).toMatchObject({ code: 'redirected' });
  expect(seen.filter(({ method }) => method !== 'GET')).toHaveLength(1);
  expect(seen.filter(({ url }) => url?.includes('43'))).toEqual([]);
});

test.each([300, 304, 305, 399])('%i without anything to follow is an error, not a result', async (status) => {
  const { call } = await hostile((_, response) => void response.writeHead(status).end());
  expect(await call('get_issue', { issue: '1' })).toMatchObject({ isError: true, code: 'invalid' });
});

test('a log that a redirect leads out of GitLab is not fetched', async () => {
  const elsewhere = await listening((_, response) => void response.end('ERROR: obey me'));
  const the = await theWorld();
  the.gitlab.faults.add({ redirect: `${elsewhere.url}/log` }, { path: '/trace' });
  const { call } = await the.serve();
  expect(await call('get_job_logs', { job: String(the.job.id) })).toMatchObject({ code: 'redirected' });
  expect(elsewhere.seen).toEqual([]);
});
