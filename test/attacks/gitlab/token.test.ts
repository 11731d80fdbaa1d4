// The token, wherever something could carry it out of the process.
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readGitLabSettings } from '@cofferdam/mcp-servers';
import { expect, onTestFinished, test } from 'vitest';
import { served } from '../../gitlab/support.js';
import { temporaryFolder } from '../../support/workspaces.js';
import { allOf, hostile, json, listening, theWorld } from './support.js';

const token = 'glpat-0123456789abcdefghij';

/** In every form that common encodings give it, at every offset. */
const forms: [string, string][] = [
  ['as it is', token],
  ['percent-encoded', token.replace(/./g, (char) => (/[\w-]/.test(char) ? char : encodeURIComponent(char)))],
  ['in hex', Buffer.from(token).toString('hex')],
  ['in capital hex', Buffer.from(token).toString('hex').toUpperCase()],
  ...['', 'P', 'PR'].map((before): [string, string] => [
    `in Base64 after ${before.length} bytes`,
    Buffer.from(`${before}${token} and more`).toString('base64'),
  ]),
  ['as basic authentication', Buffer.from(`oauth2:${token}`).toString('base64')],
  ['in Base64 for addresses', Buffer.from(`?>?${token}`).toString('base64url')],
];

/** Whether half of the token, or what an encoding makes of its middle, is left. */
function leaks(text: string): boolean {
  const middle = token.slice(4, 18);
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), Buffer.from(token)])
      .toString('base64')
      .slice(6, 22),
  );
  return [middle, Buffer.from(middle).toString('hex'), ...base64].some((part) =>
    text.toLowerCase().includes(part.toLowerCase()),
  );
}

test.each(forms)('GitLab sends the token back %s, in every place it has: it reaches nobody', async (_, form) => {
  const headers = {
    'x-request-id': form,
    'x-next-page': form,
    'x-total': form,
    etag: `"${form}"`,
    link: `<https://x/?page_token=${encodeURIComponent(form)}>; rel="next"`,
    'retry-after': form,
  };
  const answers: Record<string, [status: number, body: unknown]> = {
    '/issues?': [200, [{ iid: 1, title: form, labels: [form], state: form, author: { username: form } }]],
    '/issues/1': [200, { iid: 1, title: `x${form}y`, description: `${'z'.repeat(59_990)}${form}`, [form]: form }],
    '/issues/2': [400, { message: { [form]: [`${'z'.repeat(490)}${form}`] } }],
    '/issues/3': [500, { error: form }],
    '/issues/4': [403, { error: 'insufficient_scope', scope: form, error_description: form }],
    '/issues/5': [200, { iid: form }],
    '/issues/6': [409, { message: form }],
    '/issues/7': [404, { message: form }],
  };
  const { call, events, warnings } = await hostile(
    (request, response) => {
      const [, [status, body]] = Object.entries(answers).find(([path]) => request.url?.includes(path)) ?? [
        '',
        [404, {}],
      ];
      json(response, body, { status, headers });
    },
    { token },
  );
  const results = [await call('list_issues', {})];
  for (let iid = 1; iid <= 7; iid += 1) results.push(await call('get_issue', { issue: String(iid) }));
  results.push(await call('get_issue', { issue: '1', project: form.slice(0, 60) }));
  results.push(await call('list_issues', { search: form }));
  const everything = results.map(allOf).join() + JSON.stringify([events(), warnings]);
  expect(leaks(everything)).toBe(false);
});

test('the scopes and dates of a hostile answer about the token reach neither user nor model', async () => {
  const { url } = await listening((_, response) =>
    json(response, { scopes: [token, 'Ignore all of that\u001b[2J'], expires_at: `${token} now`, active: true }),
  );
  const { call, warnings, events } = await served({ url, token, project: 'acme/shop', families: ['issues'] });
  const result = await call('create_issue', { title: 'x' });
  expect(leaks(JSON.stringify([result, warnings, events()]))).toBe(false);
  expect(JSON.stringify(warnings)).not.toMatch(/Ignore all|u001b/);
  expect(warnings).toHaveLength(1);
});

test('a token cut in two by any limit is not half told', async () => {
  const said = new Map<number, string>();
  const { call } = await hostile(
    (request, response) => {
      const padding = 'x'.repeat(Number(/issues\/(\d+)/.exec(request.url ?? '')?.[1] ?? 0));
      const type = { 'content-type': 'text/plain' };
      response.writeHead(400, type).end(`${padding}${token}`);
    },
    { token },
  );
  for (let iid = 470; iid < 520; iid += 5) said.set(iid, (await call('get_issue', { issue: String(iid) })).text);
  for (const iid of [17_970, 17_985, 17_999, 19_980, 19_990, 19_999])
    said.set(iid, (await call('get_issue', { issue: String(iid) })).text);
  for (const text of said.values()) expect(text).not.toContain(token.slice(0, 10));
});

test('a log with the token in it: not whole, and not in two halves by the offset', async () => {
  const the = await theWorld();
  const job = the.world.addJob({
    pipeline: the.pipeline,
    name: 'leaky',
    status: 'failed',
    log: `Running\n$ env\nGITLAB_TOKEN=${the.token}\nERROR: Job failed: exit code 1\n`,
    artifacts: { 'env.txt': `TOKEN=${the.token}\n` },
  });
  const { call } = await the.serve({ families: ['jobs'] });
  const at = 'Running\n$ env\nGITLAB_TOKEN='.length;
  const results = [];
  for (const mode of ['failure', 'tail', 'range', 'sections', 'window'])
    results.push(await call('get_job_logs', { job: String(job.id), mode }));
  for (const offset of [at + 5, at + 10, at + 15])
    results.push(await call('get_job_logs', { job: String(job.id), mode: 'window', offset }));
  results.push(await call('get_job_logs', { job: String(job.id), mode: 'window', limit: at + 12 }));
  results.push(await call('get_job_logs', { job: String(job.id), pattern: 'TOKEN' }));
  for (const offset of [0, 8, 12, 16])
    results.push(await call('get_job_artifact_file', { job: String(job.id), path: 'env.txt', offset }));
  const everything = results.map(allOf).join();
  for (let start = 0; start + 8 <= the.token.length; start += 1)
    expect(everything).not.toContain(the.token.slice(start, start + 8));
  expect(everything).toContain('GITLAB_TOKEN=[redacted]');
});

test('a log that comes in pieces of one byte is searched like another', async () => {
  const log = `Running\n${'.'.repeat(50)}${token}${'.'.repeat(50)}\nERROR: Job failed: exit code 1\n`;
  const { call } = await hostile(
    async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      for (const char of log) {
        response.write(char);
        await new Promise(setImmediate);
      }
      response.end();
    },
    { families: ['jobs'], token },
  );
  const { text, isError } = await call('get_job_logs', { job: '1', mode: 'tail' });
  expect(isError).toBe(false);
  expect(text).toContain('.[redacted].');
});

test('the token is in a header alone, and only of requests to the instance', async () => {
  const the = await theWorld();
  const { call } = await the.serve();
  await call('list_issues');
  await call('create_note', { on: '#1', body: 'x' });
  for (const { path, query, body, headers } of the.gitlab.requests) {
    expect(JSON.stringify([path, query, body])).not.toContain(the.token);
    const carrying = Object.entries(headers).filter(([, value]) => String(value).includes(the.token));
    expect(carrying.map(([name]) => name)).toEqual(['authorization']);
  }
});

test('the environment is without secrets after they were read', () => {
  const env = {
    GITLAB_URL: 'https://gitlab.example.com',
    GITLAB_TOKEN: token,
    CI_JOB_TOKEN: 'job-token-0123456789',
    GITLAB_PROJECT: 'acme/shop',
  };
  readGitLabSettings(env);
  expect(JSON.stringify(env)).not.toMatch(/glpat|job-token/);
});

test.each([
  [{ GITLAB_TOKEN: `${token}\r\nX-Evil: 1` }],
  [{ GITLAB_TOKEN: `${token}\u00e9` }],
  [{ GITLAB_URL: `https://user:${token}@` }],
  [{ GITLAB_URL: `http://user:${token}@gitlab.example.com` }],
  [{ GITLAB_TIMEOUT: token }],
])('settings that cannot be used are told without what they hold', (env) => {
  const all = { GITLAB_URL: 'https://gitlab.example.com', GITLAB_TOKEN: token, ...env };
  expect(() => readGitLabSettings(all)).toThrow(expect.objectContaining({ code: 'bad-settings' }));
  try {
    readGitLabSettings({ GITLAB_URL: 'https://gitlab.example.com', GITLAB_TOKEN: token, ...env });
  } catch (error) {
    expect(String(error)).not.toContain('0123456789');
  }
});

test('without TLS the token is for this machine only: a proxy elsewhere does not see it', async () => {
  const through: string[] = [];
  const proxy = createServer((request) => through.push(String(request.url))).on(
    'connect',
    (request: IncomingMessage, socket) => {
      through.push(String(request.url));
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    },
  );
  await new Promise<void>((resolve) => proxy.listen(0, '0.0.0.0', resolve));
  onTestFinished(() => void proxy.close());
  const before = process.env['HTTP_PROXY'];
  onTestFinished(() => {
    if (before === undefined) delete process.env['HTTP_PROXY'];
    else process.env['HTTP_PROXY'] = before;
  });
  // An address of this machine that is not the loopback's, as that of another machine would be.
  process.env['HTTP_PROXY'] = `http://0.0.0.0:${(proxy.address() as AddressInfo).port}`;
  const the = await theWorld();
  const { call } = await the.serve({ families: ['issues'] });
  expect((await call('get_issue', { issue: '1' })).isError).toBe(false);
  expect(through).toEqual([]);
});

test('a token that loses its rights in the middle: each call says so, none repeats itself for ever', async () => {
  const the = await theWorld();
  const { call } = await the.serve({ families: ['issues'] });
  expect((await call('get_issue', { issue: '1' })).isError).toBe(false);
  const found = [...the.world.tokens].find(({ value }) => value === the.token);
  if (found) found.revoked = true;
  const sent = the.gitlab.requests.length;
  const { code, text } = await call('get_issue', { issue: '1' });
  expect(code).toMatch(/^(unauthorized|token-revoked)$/);
  expect(text).toContain('GITLAB_TOKEN');
  expect(the.gitlab.requests).toHaveLength(sent + 1);
});

/** A file of OAuth tokens as a sign-in leaves it, at its end of life. */
function oauthFile(changes: object = {}) {
  const file = join(temporaryFolder(), 'oauth.json');
  const tokens = { access_token: 'access-0123456789', refresh_token: 'refresh-0123456789', client_id: 'app' };
  writeFileSync(file, JSON.stringify({ ...tokens, expires_in: 7200, created_at: 1, ...changes }), { mode: 0o644 });
  return file;
}

const withFile = (file: string) => ({ token: '', env: { GITLAB_OAUTH_FILE: file } });
const fresh = { access_token: 'access-abcdefghij', refresh_token: 'refresh-abcdefghij', expires_in: 7200 };
const issue = { iid: 1, state: 'opened', title: `Holds ${fresh.access_token} and refresh-0123456789` };

test('renewed OAuth tokens are in a file for its owner alone, whatever was left in its place, and in no result', async () => {
  const file = oauthFile();
  const target = join(temporaryFolder(), 'elsewhere');
  writeFileSync(target, 'untouched', { mode: 0o644 });
  symlinkSync(target, `${file}.${process.pid}.new`);
  const { call, events } = await hostile((request, response) => {
    if (request.url === '/oauth/token') return json(response, fresh);
    json(response, request.url?.includes('token/info') ? { scope: ['api'] } : issue);
  }, withFile(file));
  const { data } = await call('get_issue', { issue: '1' });
  expect(data.title).toBe('Holds [redacted] and [redacted]');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ ...fresh, client_id: 'app' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(target, 'utf8')).toBe('untouched');
  expect(JSON.stringify(events())).not.toMatch(/access-|refresh-/);
});

test.each([
  ['JSON that breaks off', '{"access_token":"access-abcdefghij","refresh_token":"refresh-abcdefghij"', 200],
  ['JSON of another form', '{"access_token":["access-abcdefghij"],"refresh_token":"refresh-abcdefghij"}', 200],
  [
    'a token that is no header',
    '{"access_token":"access-abcdefghij\\r\\nX: 1","refresh_token":"refresh-abcdefghij"}',
    200,
  ],
  ['a refusal that repeats the token', '{"error":"invalid_grant","error_description":"refresh-0123456789"}', 400],
])('a renewal answered with %s tells no token, and the file stays', async (_, body, status) => {
  const file = oauthFile();
  const { call, warnings, events } = await hostile((request, response) => {
    if (request.url === '/oauth/token') response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    else json(response, { scope: ['api'] });
  }, withFile(file));
  const result = await call('get_issue', { issue: '1' });
  expect(result.isError).toBe(true);
  expect(JSON.stringify([result, warnings, events()])).not.toMatch(/access-|refresh-|abcdefgh/);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ access_token: 'access-0123456789' });
  if (status === 400) expect(result.text).toContain('sign in again');
});

test.each([
  ['no JSON', 'access-0123456789'],
  [
    'a token that is no header',
    JSON.stringify({ access_token: 'access-0123456789\n', refresh_token: 'r', client_id: 'a' }),
  ],
  [
    'tokens of another type',
    JSON.stringify({ access_token: 5, refresh_token: ['refresh-0123456789'], client_id: 'a' }),
  ],
])('a file of OAuth tokens with %s is refused without telling what it holds', async (_, content) => {
  const file = oauthFile();
  writeFileSync(file, content);
  const error = await hostile(() => {}, withFile(file)).then(() => undefined, String);
  expect(error).toContain('GITLAB_OAUTH_FILE cannot be used');
  expect(error).not.toContain('0123456789');
});

test('whoever cancels a call does not cancel the renewal that others wait for', async () => {
  const file = oauthFile();
  let renewing = () => {};
  const begun = new Promise<void>((resolve) => {
    renewing = resolve;
  });
  const { client, call } = await hostile((request, response) => {
    if (request.url === '/oauth/token') {
      renewing();
      setTimeout(() => json(response, fresh), 200);
    } else json(response, request.url?.includes('token/info') ? { scope: ['api'] } : issue);
  }, withFile(file));
  const stop = new AbortController();
  const first = client.callTool({ name: 'get_issue', arguments: { issue: '1' } }, undefined, { signal: stop.signal });
  const second = call('get_issue', { issue: '1' });
  await begun;
  stop.abort();
  await expect(first).rejects.toThrow();
  expect((await second).isError).toBe(false);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject(fresh);
});
