// Answers without end, beyond all measure, or in a circle: a call ends, its result is bounded, and so is the memory it takes.
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Result } from '../../gitlab/support.js';
import { hostile, json, theWorld } from './support.js';

const most = 105_000;

/** Neither part of a result may be longer than a model should be given. */
function expectBounded({ text, data }: Result): void {
  expect(text.length).toBeLessThan(most);
  expect(JSON.stringify(data ?? {}).length).toBeLessThan(most);
}

/** Writes until the other side hangs up. Bytes that were written. */
async function endless(response: ServerResponse, piece: string, pause = 0): Promise<number> {
  let bytes = 0;
  while (!response.destroyed && response.writable) {
    bytes += piece.length;
    if (!response.write(piece))
      await Promise.race([new Promise((drained) => response.once('drain', drained)), sleep(50)]);
    if (pause > 0) await sleep(pause);
  }
  return bytes;
}

test('a body without end is hung up on', async () => {
  const sent: Promise<number>[] = [];
  const { call } = await hostile((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    sent.push(endless(response, `"${'x'.repeat(65_000)}",`));
  });
  expect(await call('get_issue', { issue: '1' })).toMatchObject({ code: 'too-large' });
  expect(sent).toHaveLength(1);
  expect(await sent[0]).toBeLessThan(60_000_000);
});

test.each([
  ['tail', 'word '.repeat(20_000)],
  ['failure', 'ERROR: no\n'.repeat(5_000)],
  ['sections', 'section_start:1:a\r\u001b[0K'.repeat(2_000)],
])('a log without end, read by %s, is given up, in little memory', async (mode, piece) => {
  const { call } = await hostile(
    (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      void endless(response, piece);
    },
    { families: ['jobs'], env: { GITLAB_TIMEOUT: '0.02' } },
  );
  const before = process.memoryUsage().rss;
  expect(await call('get_job_logs', { job: '1', mode })).toMatchObject({ code: 'too-slow' });
  expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
});

test('an answer that trickles without end is given up, and not asked for again', async () => {
  const { call, seen } = await hostile(
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      void endless(response, ' ', 5);
    },
    { env: { GITLAB_TIMEOUT: '0.02' } },
  );
  const { code, text } = await call('get_issue', { issue: '1' });
  expect(code).toBe('too-slow');
  expect(text).toContain('GITLAB_TIMEOUT');
  expect(seen.filter(({ url }) => url?.includes('issues'))).toHaveLength(1);
});

test('compressed answers are not asked for, and not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const { call, seen } = await hostile((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb);
  });
  expect(await call('get_issue', { issue: '1' })).toMatchObject({ code: 'not-gitlab' });
  expect(seen.every(({ headers }) => headers['accept-encoding'] === undefined)).toBe(true);
});

test.each([
  ['lists', '['.repeat(5_000_000)],
  ['objects', '{"a":'.repeat(1_000_000)],
  ['both', '[{"a":'.repeat(500_000)],
])('%s in one another without end are refused', async (_, body) => {
  const { call } = await hostile(
    (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(body),
    { families: ['issues', 'usage-data', 'pipelines'] },
  );
  for (const [tool, input] of [
    ['get_issue', { issue: '1' }],
    ['get_usage_data', {}],
    ['list_issues', {}],
  ] as const)
    expect(await call(tool, input)).toMatchObject({
      code: 'unexpected',
      text: expect.stringContaining('nested deeper'),
    });
});

const issue = { iid: 1, title: 'x', state: 'opened' };
const long = 'All work and no play. '.repeat(60_000);

test.each<[string, string, Record<string, unknown>, unknown]>([
  ['a description of a megabyte', 'get_issue', { issue: '1' }, { ...issue, description: long }],
  ['a title of a megabyte', 'get_issue', { issue: '1' }, { ...issue, title: long }],
  [
    '10,000 labels',
    'get_issue',
    { issue: '1' },
    { ...issue, labels: Array.from({ length: 10_000 }, (_, i) => `label-${i}`) },
  ],
  ['labels of a megabyte', 'get_issue', { issue: '1' }, { ...issue, labels: [long, long, long] }],
  [
    '10,000 assignees',
    'get_issue',
    { issue: '1' },
    { ...issue, assignees: Array(10_000).fill({ username: 'mallory' }) },
  ],
  [
    '100 long issues',
    'list_issues',
    { response_format: 'detailed', limit: 100 },
    Array(100).fill({ ...issue, description: long.slice(0, 50_000) }),
  ],
  ['10,000 issues where one was asked for', 'list_issues', { limit: 1 }, Array(10_000).fill(issue)],
  ['what grows when it is shown', 'get_issue', { issue: '1' }, { ...issue, description: 'a\u200b'.repeat(100_000) }],
  [
    'a megabyte of keys',
    'get_usage_data',
    {},
    Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`${i}${'k'.repeat(300)}`, i])),
  ],
  [
    'values of a megabyte',
    'get_usage_data',
    { limit: 100 },
    Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, long])),
  ],
  [
    '2,000 files with long diffs',
    'list_merge_request_diffs',
    { merge_request: '1' },
    Array.from({ length: 2_000 }, (_, i) => diff(i, 5_000)),
  ],
  ['one diff of megabytes', 'list_merge_request_diffs', { merge_request: '1' }, [diff(0, 3_000_000)]],
  [
    'one diff of a single line',
    'list_merge_request_diffs',
    { merge_request: '1', paths: ['file-0'] },
    [{ ...diff(0, 0), diff: `+${long}` }],
  ],
  [
    'names of files of a megabyte',
    'list_merge_request_diffs',
    { merge_request: '1', response_format: 'concise' },
    [diff(0, 10, long), diff(1, 10, long)],
  ],
  [
    'a tree of 10,000 files',
    'list_repository_tree',
    {},
    Array.from({ length: 10_000 }, (_, i) => ({ path: `a/b/${i}`, type: 'blob' })),
  ],
  [
    'a thousand long variables',
    'list_pipeline_items',
    { pipeline: '1', kind: 'variables', response_format: 'detailed' },
    Array(1_000).fill({ key: 'k', value: long.slice(0, 5_000) }),
  ],
  [
    'long notes',
    'list_notes',
    { on: '#1', limit: 100 },
    Array.from({ length: 100 }, (_, i) => ({ id: String(i), notes: [{ id: i, body: long.slice(0, 200_000) }] })),
  ],
  [
    'long errors of a CI file',
    'ci_linter',
    {},
    { valid: false, errors: Array(1_000).fill(long.slice(0, 2_000)), warnings: [long], jobs: [] },
  ],
])('%s: the result of %s is bounded, and says that it was cut', async (_, tool, input, body) => {
  const { call } = await hostile((_, response) => json(response, body), {
    families: ['issues', 'projects', 'usage-data', 'merge-requests', 'pipelines', 'notes'],
  });
  const result = await call(tool, input);
  expect(result).toMatchObject({ isError: false });
  expectBounded(result);
  expect(result.text).toMatch(/cut|more characters|left out|did not fit|cursor|There is more|More files/);
});

function diff(index: number, length: number, name = `file-${index}`) {
  return { old_path: name, new_path: name, a_mode: '100644', b_mode: '100644', diff: '+line\n'.repeat(length / 6) };
}

test.each<[string, string, Record<string, unknown>, unknown, string]>([
  ['diffs', 'list_merge_request_diffs', { merge_request: '1', paths: ['not/there'] }, [diff(0, 10)], 'merge-requests'],
  [
    'comments',
    'list_notes',
    { on: '#1', only_unresolved: true },
    [{ id: 'a', notes: [{ id: 1, body: 'x' }] }],
    'notes',
  ],
  ['drafts', 'publish_draft_notes', { merge_request: '1' }, [{ id: 1, note: 'x' }], 'notes'],
  ['files of a commit', 'get_commit_diff', { commit: 'main', path: 'not/there' }, [diff(0, 10)], 'projects'],
  [
    'places for a comment',
    'create_diff_note',
    { merge_request: '1', path: 'not/there', body: 'x' },
    [{ ...diff(0, 10), base_commit_sha: 'a', start_commit_sha: 'a', head_commit_sha: 'a' }],
    'notes',
  ],
  ['epics', 'list_epic_items', { epic: '&1' }, graphqlPage(), 'epics'],
  ['comments on epics', 'list_notes', { on: '&1' }, graphqlPage(), 'notes'],
])('pages of %s in a circle: %s ends', async (_, tool, input, body, family) => {
  const { call, seen } = await hostile(
    (request, response) => {
      const missing = /\/epics/.test(request.url ?? '');
      if (missing) return json(response, { message: '404 Not Found' }, { status: 404 });
      json(response, body, { headers: { 'x-next-page': '2', link: '<https://x/?cursor=again>; rel="next"' } });
    },
    { families: [family as 'notes'] },
  );
  await call(tool, input);
  expect(seen.length).toBeLessThan(120);
  expect(seen.filter(({ method, url }) => method !== 'GET' && !url?.includes('graphql'))).toEqual([]);
});

/** An answer to whatever is asked by GraphQL about work items, of which there is always more. */
function graphqlPage() {
  const pageInfo = { hasNextPage: true, endCursor: 'again' };
  const discussions = { pageInfo, nodes: [] };
  const children = { pageInfo, edges: [] };
  const item = { id: 'gid://gitlab/WorkItem/1', iid: '1', widgets: [{ discussions, children }] };
  const types = { nodes: [{ id: 'gid://gitlab/WorkItems::Type/8', name: 'Epic' }] };
  return { data: { namespace: { workItem: item, workItems: { nodes: [item] }, workItemTypes: types }, group: types } };
}

test.each([
  '1000000000',
  '9'.repeat(300),
  '-5',
  'Wed, 21 Oct 2015 07:28:00 GMT',
  'Fri, 31 Dec 9999 23:59:59 GMT',
  'soon',
  '3.5',
])('Retry-After: %s ends in few attempts and a short error', async (wait) => {
  const { call, seen } = await hostile((_, response) =>
    json(response, { message: 'busy' }, { status: 429, headers: { 'retry-after': wait } }),
  );
  const { code, text } = await call('get_issue', { issue: '1' });
  expect(code).toBe('rate-limited');
  expect(text.length).toBeLessThan(500);
  expect(seen.length).toBeLessThan(5);
});

test.each([
  '1e300',
  '9'.repeat(300),
  '-1',
  'Infinity',
  'NaN',
  '4102444800',
  'never',
  '',
  `${Math.ceil(Date.now() / 1000)},9`,
])('RateLimit-Reset: %s does not close the server for good', async (reset) => {
  const { call } = await hostile((_, response) =>
    json(response, issue, { headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': reset } }),
  );
  for (let i = 0; i < 3; i += 1) expect(await call('get_issue', { issue: '1' })).toMatchObject({ isError: false });
});

test.each(['plain', '"', '""', `"${'x'.repeat(5_000)}"`, '"\u00e9"', '"a", "b"', 'W/"x', '*'])(
  'an ETag of %j does not break the next request',
  async (etag) => {
    const { call, seen } = await hostile((_, response) => {
      response.socket?.write(
        Buffer.from(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\netag: ${etag}\r\ncontent-length: ${JSON.stringify(issue).length}\r\n\r\n${JSON.stringify(issue)}`,
          'latin1',
        ),
      );
    });
    for (let i = 0; i < 2; i += 1) {
      const { code } = await call('get_issue', { issue: '1' });
      expect(code === undefined || code === 'unreachable').toBe(true);
    }
    for (const { headers } of seen) expect(headers['if-none-match'] ?? '""').toMatch(/^"[x]{0,200}"$/);
  },
);

test.each([
  ['headers of a megabyte', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(1_000_000)}\r\n\r\n`],
  ['a hundred thousand headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(100_000)}\r\n`],
  ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['a length that is not so', 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\ncontent-type: application/json\r\n\r\n{}'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 99\r\n\r\n{}'],
  ['chunks that are none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n{}\r\n'],
  ['nothing', ''],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
  ['an early hint without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1_000)],
])('%s in place of an answer is an error in few words', async (_, raw) => {
  const { call, seen } = await hostile((request, response) => {
    if (request.method === 'GET') return json(response, { id: 42, path_with_namespace: 'acme/shop' });
    response.socket?.end(raw);
  });
  const { code, text } = await call('create_issue', { title: 'x' });
  expect(code).toBe('unreachable');
  expect(text.length).toBeLessThan(500);
  expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('whoever cancels a call does not fail another that waits for the same answer', async () => {
  const the = await theWorld();
  const { client, call } = await the.serve({ families: ['epics'] });
  await call('get_epic', { epic: 'mallory&1' });
  the.gitlab.faults.add({ delay: 200 }, { path: '/groups/acme/epics' });
  const stop = new AbortController();
  const first = client.callTool({ name: 'get_epic', arguments: { epic: '&1' } }, undefined, { signal: stop.signal });
  const second = call('get_epic', { epic: '&1' });
  setTimeout(() => stop.abort(), 50);
  await expect(first).rejects.toThrow();
  expect(await second).toMatchObject({ isError: false });
});
