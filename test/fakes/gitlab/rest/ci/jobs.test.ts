import { afterEach, beforeEach, expect, test } from 'vitest';
import { generatedLog } from '../../index.js';
import { type CiWorkplace, startCiWorkplace } from '../../testing/ci.js';
import type { Pipeline } from '../../world/types.js';

let shop: CiWorkplace;
let pipeline: Pipeline;

beforeEach(async () => {
  shop = await startCiWorkplace();
  pipeline = shop.gitlab.world.addPipeline({ project: shop.project, status: 'failed' });
});

afterEach(() => shop.gitlab.close());

const ids = (body: unknown) => (body as { id: number }[]).map(({ id }) => id);

test('lists jobs without bridges and without totals', async () => {
  const { gitlab, project, call } = shop;
  const first = gitlab.world.addJob({ pipeline, tags: ['ubuntu'], log: 'no\n', failureReason: 'script_failure' });
  const second = gitlab.world.addJob({ pipeline, status: 'success' });
  gitlab.world.addJob({ pipeline, bridge: true });
  const all = await call('GET', '/jobs');
  expect(ids(all.body)).toEqual([second.id, first.id]);
  expect(all.headers.get('x-total')).toBeNull();
  expect(all.body).toMatchObject([
    { status: 'success' },
    {
      status: 'failed',
      failure_reason: 'script_failure',
      stage: 'test',
      tag_list: ['ubuntu'],
      commit: { id: project.repository?.resolve('main'), title: 'Initial commit' },
      pipeline: { id: pipeline.id, status: 'failed' },
      artifacts: [{ file_type: 'trace', size: 3, filename: 'job.log', file_format: 'raw' }],
      runner: null,
    },
  ]);
  expect(ids((await call('GET', '/jobs?scope=success')).body)).toEqual([second.id]);
  expect((await call('GET', '/jobs?scope[]=success&scope[]=odd')).body).toEqual({
    error: 'scope does not have a valid value',
  });
});

test('follows a list of jobs by its next links', async () => {
  const { gitlab, ada, call } = shop;
  for (let count = 0; count < 3; count += 1) gitlab.world.addJob({ pipeline });
  const first = await call('GET', '/jobs?pagination=keyset&per_page=2');
  const next = /<(.*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const rest = await fetch(next, { headers: { 'PRIVATE-TOKEN': gitlab.world.addToken({ user: ada }).value } });
  expect([ids(first.body).length, ids(await rest.json()).length, rest.headers.get('link')]).toEqual([2, 1, null]);
});

test('too many lists of jobs', async () => {
  shop.gitlab.limits.endpoints['jobs_index'] = { requests: 1, seconds: 60 };
  expect((await shop.call('GET', '/jobs')).status).toBe(200);
  const refused = await shop.call('GET', '/jobs');
  expect(refused).toMatchObject({
    status: 429,
    body: { message: { error: expect.stringContaining('too many times') } },
  });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('a log is answered as it is stored', async () => {
  const { gitlab, call } = shop;
  const log = 'section_start:1767225600:step\r\x1b[0K\x1b[31;1mERROR\x1b[0;m\n2026-01-01T00:00:00.000000Z 00O hello\n';
  const job = gitlab.world.addJob({ pipeline, log });
  const { headers, body } = await call('GET', `/jobs/${job.id}/trace`);
  expect(body).toBe(log);
  expect(headers.get('content-type')).toBe('text/plain');
  expect(headers.get('content-disposition')).toBe(`infile; filename="${job.id}.log"`);
  const pending = gitlab.world.addJob({ pipeline, status: 'pending' });
  expect(await call('GET', `/jobs/${pending.id}/trace`)).toMatchObject({ status: 200, body: '' });
  const bridge = gitlab.world.addJob({ pipeline, bridge: true });
  expect((await call('GET', `/jobs/${bridge.id}/trace`)).status).toBe(404);
});

test('a very long log is made while it is sent', async () => {
  const { gitlab, call } = shop;
  const job = gitlab.world.addJob({ pipeline, log: () => generatedLog(100_000) });
  const { body } = await call('GET', `/jobs/${job.id}/trace`);
  expect((await call('GET', `/jobs/${job.id}`)).body).toMatchObject({
    artifacts: [{ file_type: 'trace', size: Buffer.byteLength(String(body)) }],
  });
  expect(body).toContain('line 000100000\x1b[0;m of a log');
  expect(String(body).endsWith('ERROR: Job failed: exit code 1\n\x1b[0;m\n')).toBe(true);
  gitlab.faults.add({ cut: 1000 }, { path: '/trace' });
  await expect(call('GET', `/jobs/${job.id}/trace`)).rejects.toThrow('terminated');
});

test('retry, cancel and play', async () => {
  const { gitlab, call } = shop;
  const failed = gitlab.world.addJob({ pipeline, name: 'unit' });
  const retried = await call('POST', `/jobs/${failed.id}/retry`);
  expect([retried.status, retried.body]).toMatchObject([201, { name: 'unit', status: 'pending', started_at: null }]);
  const again = await call('POST', `/jobs/${failed.id}/retry`);
  expect([again.status, again.body]).toEqual([403, { message: '403 Forbidden - Job is not retryable' }]);
  const { id } = retried.body as { id: number };
  expect(await call('POST', `/jobs/${id}/cancel`)).toMatchObject({ status: 201, body: { status: 'canceled' } });
  const canceling = gitlab.world.addJob({ pipeline, status: 'canceling' });
  const cancel = `/jobs/${canceling.id}/cancel`;
  expect((await call('POST', cancel)).body).toMatchObject({ status: 'canceling' });
  expect((await call('POST', cancel, { force: true })).body).toMatchObject({ status: 'canceled' });
  const manual = gitlab.world.addJob({ pipeline, status: 'manual' });
  const variables = { job_variables_attributes: [{ key: 'WHERE', value: 'staging' }] };
  expect(await call('POST', `/jobs/${manual.id}/play`, variables)).toMatchObject({
    status: 200,
    body: { status: 'pending' },
  });
  const twice = await call('POST', `/jobs/${manual.id}/play`);
  expect([twice.status, twice.body]).toEqual([400, { message: '400 Bad request - Unplayable Job' }]);
});

test("a job's own token", async () => {
  const { gitlab, ada } = shop;
  const job = gitlab.world.addJob({ pipeline, status: 'running' });
  const own = gitlab.world.addToken({ kind: 'job', user: ada, job });
  const get = (headers: Record<string, string>) => fetch(`${gitlab.url}/api/v4/job`, { headers });
  expect(await (await get({ 'JOB-TOKEN': own.value })).json()).toMatchObject({ id: job.id, status: 'running' });
  const personal = await get({ 'PRIVATE-TOKEN': gitlab.world.addToken({ user: ada }).value });
  expect([personal.status, await personal.json()]).toEqual([404, { message: '404 Job Not Found' }]);
});
