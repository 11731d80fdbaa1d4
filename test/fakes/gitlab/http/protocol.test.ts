// What holds for every endpoint: tokens, scopes, errors, conditional requests, limits, and failures on demand.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GitLab, startGitLab } from '../index.js';

let gitlab: GitLab;

beforeEach(async () => {
  gitlab = await startGitLab();
});

afterEach(() => gitlab.close());

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(`${gitlab.url}${path}`, { method, headers, redirect: 'manual' });
}

const authorized = (scopes = ['api']) => ({ 'PRIVATE-TOKEN': gitlab.world.addToken({ scopes }).value });

test('a personal access token tells who it is, in either header', async () => {
  const user = gitlab.world.addUser({ username: 'ada' });
  const { value } = gitlab.world.addToken({ user, scopes: ['read_user'] });
  for (const headers of [{ 'PRIVATE-TOKEN': value }, { authorization: `Bearer ${value}` }]) {
    const response = await get('/api/v4/user', headers);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id: user.id, username: 'ada', state: 'active' });
  }
  const self = await get('/api/v4/personal_access_tokens/self', { 'PRIVATE-TOKEN': value });
  expect(await self.json()).toMatchObject({ scopes: ['read_user'], revoked: false, active: true, user_id: user.id });
});

test('no token, an unknown one, a revoked and an expired one', async () => {
  const revoked = gitlab.world.addToken({ revoked: true }).value;
  const expired = gitlab.world.addToken({ expiresAt: new Date(0) }).value;
  for (const headers of [{}, { 'PRIVATE-TOKEN': 'glpat-nobody' }]) {
    const response = await get('/api/v4/user', headers);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: '401 Unauthorized' });
  }
  const words = [
    [revoked, 'Token was revoked. You have to re-authorize from the user.'],
    [expired, 'Token is expired. You can either do re-authorization or token refresh.'],
  ] as const;
  for (const [value, error_description] of words) {
    const response = await get('/api/v4/user', { authorization: `Bearer ${value}` });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(await response.json()).toEqual({ error: 'invalid_token', error_description });
  }
});

test('a scope that does not suffice', async () => {
  const response = await get('/api/v4/user', authorized(['read_repository']));
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: 'read_user api read_api',
  });
});

test('an agent, whose scope allows some requests only', async () => {
  const { world } = gitlab;
  const project = world.addProject({ path: 'acme/shop', visibility: 'public', files: { a: 'a\n' } });
  const headers = authorized(['ai_workflows']);
  const at = `/api/v4/projects/${project.id}`;
  expect((await get(at, headers)).status).toBe(200);
  expect((await get(`${at}/repository/commits`, headers)).status).toBe(200);
  expect((await get(`${at}/repository/branches`, headers)).status).toBe(403);
});

test('the token of a CI job counts for few endpoints', async () => {
  const { world } = gitlab;
  const project = world.addProject({ path: 'acme/shop', visibility: 'public', files: { a: 'a\n' } });
  const headers = { 'JOB-TOKEN': world.addToken({ kind: 'job' }).value };
  const at = `/api/v4/projects/${project.id}`;
  expect((await get(`${at}/repository/branches`, headers)).status).toBe(200);
  expect((await get(at, headers)).status).toBe(401);
});

test('a long list has no totals and no last page', async () => {
  const { world } = gitlab;
  const project = world.addProject({ path: 'acme/shop', visibility: 'public' });
  for (let i = 0; i < 10_000; i += 1) world.addLabel(project, `label ${i}`);
  const path = `/api/v4/projects/${project.id}/labels?per_page=500`;
  const counted = await get(path);
  expect(Object.fromEntries(counted.headers)).toMatchObject({ 'x-per-page': '100', 'x-total': '10000' });
  expect(counted.headers.get('link')).toContain('rel="last"');
  world.addLabel(project, 'one more');
  const uncounted = await get(path);
  expect([uncounted.headers.get('x-total'), uncounted.headers.get('x-next-page')]).toEqual([null, '2']);
  expect(uncounted.headers.get('link')).not.toContain('rel="last"');
});

test('an OAuth refresh ends both old tokens', async () => {
  const { world, url } = gitlab;
  const old = world.addToken({ kind: 'oauth' });
  const refresh = () =>
    fetch(`${url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: old.refreshToken ?? '' }),
    });
  const first = await refresh();
  expect(first.status).toBe(200);
  const { access_token } = (await first.json()) as { access_token: string };
  expect((await get('/oauth/token/info', { authorization: `Bearer ${access_token}` })).status).toBe(200);
  expect((await get('/oauth/token/info', { authorization: `Bearer ${old.value}` })).status).toBe(401);
  const second = await refresh();
  expect(second.status).toBe(400);
  expect(await second.json()).toMatchObject({ error: 'invalid_grant' });
});

test('unknown routes, methods and addresses that are too long', async () => {
  const unknown = await get('/api/v4/nothing');
  expect([unknown.status, await unknown.json()]).toEqual([404, { error: '404 Not Found' }]);
  const method = await get('/api/v4/version', {}, 'DELETE');
  expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET']);
  expect((await get(`/api/v4/version?${'a'.repeat(9000)}`)).status).toBe(414);
  expect((await get('/api/v4/%E0%A4%A')).status).toBe(404);
});

test('an answer that did not change is not sent again', async () => {
  const headers = authorized();
  const first = await get('/api/v4/version', headers);
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^W\/"/);
  expect(first.headers.get('cache-control')).toBe('max-age=0, private, must-revalidate');
  const second = await get('/api/v4/version', { ...headers, 'if-none-match': etag });
  expect([second.status, await second.text()]).toEqual([304, '']);
});

test('HEAD answers with the headers alone', async () => {
  const response = await get('/api/v4/version', authorized(), 'HEAD');
  expect([response.status, await response.text()]).toEqual([200, '']);
  expect(Number(response.headers.get('content-length'))).toBeGreaterThan(10);
});

test('the limit over all requests answers in plain text and says when to come back', async () => {
  const headers = authorized();
  gitlab.limits.global = { requests: 1, seconds: 60 };
  const first = await get('/api/v4/version', headers);
  expect(first.headers.get('ratelimit-remaining')).toBe('0');
  const second = await get('/api/v4/version', headers);
  expect([second.status, await second.text()]).toEqual([429, 'Retry later\n']);
  expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(second.headers.get('ratelimit-reset')) * 1000).toBeGreaterThan(Date.now());
});

test('failures on demand', async () => {
  const headers = authorized();
  const { faults } = gitlab;
  faults.add({ status: 502, body: '<html>Bad gateway</html>' });
  const bad = await get('/api/v4/version', headers);
  expect([bad.status, bad.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
  faults.add({ redirect: 'https://elsewhere.example/' });
  expect((await get('/api/v4/version', headers)).headers.get('location')).toBe('https://elsewhere.example/');
  faults.add({ reset: true }, { path: '/version' });
  await expect(get('/api/v4/version', headers)).rejects.toThrow('fetch failed');
  faults.add({ cut: 5 });
  await expect(get('/api/v4/version', headers).then((response) => response.text())).rejects.toThrow('terminated');
  faults.add({ stall: 5 });
  const aborted = AbortSignal.timeout(50);
  const stalled = await fetch(`${gitlab.url}/api/v4/version`, { headers, signal: aborted });
  await expect(stalled.text()).rejects.toThrow();
  expect((await get('/api/v4/version', headers)).status).toBe(200);
});

test('a token that loses its rights after two requests', async () => {
  const token = gitlab.world.addToken();
  const run = () => {
    token.revoked = true;
  };
  gitlab.faults.add({ run }, { after: 2 });
  const statuses: number[] = [];
  for (let i = 0; i < 3; i += 1) statuses.push((await get('/api/v4/user', { 'PRIVATE-TOKEN': token.value })).status);
  expect(statuses).toEqual([200, 200, 401]);
  expect(gitlab.requests.map(({ method, path, status }) => [method, path, status])).toContainEqual([
    'GET',
    '/api/v4/user',
    401,
  ]);
});

test('an instance under a path', async () => {
  const below = await startGitLab({ prefix: '/gitlab' });
  try {
    expect(below.url).toMatch(/\/gitlab$/);
    const { value } = below.world.addToken();
    const response = await fetch(`${below.url}/api/v4/version`, { headers: { 'PRIVATE-TOKEN': value } });
    expect(await response.json()).toMatchObject({ version: '19.5.0-ee' });
    expect((await fetch(`${new URL(below.url).origin}/api/v4/version`)).status).toBe(404);
  } finally {
    await below.close();
  }
});
