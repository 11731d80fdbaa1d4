import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CiWorkplace, startCiWorkplace } from '../../testing/ci.js';
import { access, type TestCase } from '../../world/types.js';

let shop: CiWorkplace;

beforeEach(async () => {
  shop = await startCiWorkplace();
});

afterEach(() => shop.gitlab.close());

const ids = (body: unknown) => (body as { id: number }[]).map(({ id }) => id);

test('lists pipelines, newest first, without child pipelines', async () => {
  const { gitlab, project, call } = shop;
  const push = gitlab.world.addPipeline({ project, name: 'Build' });
  const failed = gitlab.world.addPipeline({ project, ref: 'fix', status: 'failed', source: 'web' });
  const child = gitlab.world.addPipeline({ project, source: 'parent_pipeline' });
  const all = await call('GET', '/pipelines');
  expect(all.headers.get('x-total')).toBe('2');
  expect(all.body).toMatchObject([
    { id: failed.id, status: 'failed', source: 'web', ref: 'fix', name: null },
    { id: push.id, iid: 1, project_id: project.id, sha: project.repository?.resolve('main'), name: 'Build' },
  ]);
  const found = async (query: string) => ids((await call('GET', `/pipelines?${query}`)).body);
  expect(await found('source=parent_pipeline')).toEqual([child.id]);
  expect(await found('status=failed')).toEqual([failed.id]);
  expect(await found('scope=finished&order_by=status&sort=asc')).toEqual([failed.id, push.id]);
  expect(await found('ref=main&username=ada&name=Build')).toEqual([push.id]);
  expect(await found('created_before=2000-01-01T00:00:00Z')).toEqual([]);
  const wrong = await call('GET', '/pipelines?status=done');
  expect([wrong.status, wrong.body]).toEqual([400, { error: 'status does not have a valid value' }]);
});

test('one pipeline, and the latest of a branch', async () => {
  const { gitlab, project, ada, call } = shop;
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute));
  const pipeline = gitlab.world.addPipeline({ project, createdAt: at(0), startedAt: at(1), finishedAt: at(3) });
  const { body } = await call('GET', `/pipelines/${pipeline.id}`);
  expect(body).toMatchObject({
    id: pipeline.id,
    user: { id: ada.id },
    before_sha: '0'.repeat(40),
    duration: 120,
    queued_duration: 60,
    detailed_status: { icon: 'status_success', text: 'Passed', details_path: `/acme/shop/-/pipelines/${pipeline.id}` },
  });
  expect((await call('GET', '/pipelines/latest')).body).toEqual(body);
  expect((await call('GET', '/pipelines/latest?ref=fix')).status).toBe(403);
  const unknown = await call('GET', '/pipelines/1');
  expect([unknown.status, unknown.body]).toEqual([404, { message: '404 Not found' }]);
});

test('the jobs of a pipeline, and the pipelines it triggered', async () => {
  const { gitlab, project, call } = shop;
  const { world } = gitlab;
  const pipeline = world.addPipeline({ project, status: 'failed' });
  const downstream = world.addPipeline({ project, source: 'parent_pipeline' });
  const first = world.addJob({ pipeline, name: 'unit', retried: true });
  const again = world.addJob({ pipeline, name: 'unit', status: 'success' });
  const bridge = world.addJob({ pipeline, name: 'child', bridge: true, downstream });
  const path = `/pipelines/${pipeline.id}`;
  expect(ids((await call('GET', `${path}/jobs`)).body)).toEqual([again.id]);
  expect(ids((await call('GET', `${path}/jobs?include_retried=true`)).body)).toEqual([again.id, first.id]);
  expect(ids((await call('GET', `${path}/jobs?scope[]=failed&include_retried=true`)).body)).toEqual([first.id]);
  for (const name of ['bridges', 'trigger_jobs']) {
    expect((await call('GET', `${path}/${name}`)).body).toMatchObject([
      { id: bridge.id, downstream_pipeline: { id: downstream.id, source: 'parent_pipeline' } },
    ]);
  }
  const wrong = await call('GET', `${path}/jobs?scope=broken`);
  expect([wrong.status, wrong.body]).toEqual([400, { error: 'scope does not have a valid value' }]);
});

test('trigger_jobs is not in older versions', async () => {
  const old = await startCiWorkplace({ version: '18.4.0' });
  try {
    const pipeline = old.gitlab.world.addPipeline({ project: old.project });
    expect((await old.call('GET', `/pipelines/${pipeline.id}/bridges`)).status).toBe(200);
    expect((await old.call('GET', `/pipelines/${pipeline.id}/trigger_jobs`)).status).toBe(404);
  } finally {
    await old.gitlab.close();
  }
});

test('the test report and its summary', async () => {
  const { gitlab, project, call } = shop;
  const one = (status: TestCase['status'], executionTime: number): TestCase => ({
    status,
    name: `it is a ${status}`,
    classname: 'split',
    file: 'split.test.js',
    executionTime,
    systemOutput: status === 'failed' ? 'expected 3 to be 4' : null,
    stackTrace: null,
  });
  const testSuites = [{ name: 'unit', cases: [one('success', 1), one('failed', 2), one('skipped', 0)] }];
  const pipeline = gitlab.world.addPipeline({ project, testSuites });
  const job = gitlab.world.addJob({ pipeline, name: 'unit' });
  const report = await call('GET', `/pipelines/${pipeline.id}/test_report`);
  const counts = { total_time: 3, total_count: 3, success_count: 1, failed_count: 1, skipped_count: 1, error_count: 0 };
  expect(report.body).toMatchObject({
    ...counts,
    test_suites: [{ name: 'unit', ...counts, test_cases: [{}, { system_output: 'expected 3 to be 4' }, {}] }],
  });
  const summary = await call('GET', `/pipelines/${pipeline.id}/test_report_summary`);
  expect(summary.body).toMatchObject({
    total: { time: 3, count: 3, success: 1, failed: 1, skipped: 1, error: 0, suite_error: null },
    test_suites: [{ name: 'unit', ...counts, build_ids: [job.id] }],
  });
});

describe('creating a pipeline', () => {
  test('runs the jobs that the CI file has for the branch', async () => {
    const { call } = shop;
    const variables = [{ key: 'DEPLOY', value: 'no' }];
    const created = await call('POST', '/pipeline', { ref: 'main', variables });
    expect([created.status, created.body]).toMatchObject([201, { status: 'pending', source: 'api', ref: 'main' }]);
    const { id } = created.body as { id: number };
    expect((await call('GET', `/pipelines/${id}/jobs`)).body).toMatchObject([
      { name: 'deploy', stage: 'deploy', status: 'manual', allow_failure: false, started_at: null },
      { name: 'unit', stage: 'test', status: 'created' },
      { name: 'compile', stage: 'build', status: 'pending' },
    ]);
    expect((await call('GET', `/pipelines/${id}/variables`)).body).toMatchObject([
      { key: 'DEPLOY', value: 'no', variable_type: 'env_var' },
    ]);
  });

  test('fills inputs in', async () => {
    const { gitlab, project, call } = shop;
    const file = 'spec:\n  inputs:\n    level:\n      type: number\n---\nunit-$[[ inputs.level ]]:\n  script: make\n';
    gitlab.world.commit(project, { branch: 'inputs', files: { '.gitlab-ci.yml': file } });
    const created = await call('POST', '/pipeline', { ref: 'inputs', inputs: { level: 3 } });
    const { id } = created.body as { id: number };
    expect((await call('GET', `/pipelines/${id}/jobs`)).body).toMatchObject([{ name: 'unit-3' }]);
    const missing = await call('POST', '/pipeline', { ref: 'inputs' });
    expect(missing.body).toEqual({ message: { base: ['`level` input: required value has not been provided'] } });
  });

  test.each([
    ['an unknown branch', 'nowhere', undefined, 'Reference not found'],
    ['no file', 'bare', null, 'Missing CI config file'],
    ['no job', 'hidden', '.job:\n  script: make\n', 'jobs config should contain at least one visible job'],
    [
      'a job without a script',
      'empty',
      'unit:\n  stage: test\n',
      'jobs:unit config should implement the script:, run:, or trigger: keyword',
    ],
    [
      'only jobs for other branches',
      'other',
      'unit:\n  script: make\n  only: [main]\n',
      'The resulting pipeline would have been empty.',
    ],
    [
      'a workflow that wants none',
      'flow',
      'workflow:\n  rules:\n    - if: $CI_COMMIT_TAG\nunit:\n  script: make\n',
      'Pipeline filtered out by workflow rules.',
    ],
  ])('refuses %s', async (_, ref, content, message) => {
    const { gitlab, project, call } = shop;
    if (content !== undefined) gitlab.world.commit(project, { branch: ref, files: { '.gitlab-ci.yml': content } });
    const refused = await call('POST', '/pipeline', { ref });
    expect(refused).toMatchObject({ status: 400, body: { message: { base: [expect.stringContaining(message)] } } });
  });

  test('needs a developer, on a protected branch a maintainer', async () => {
    const { gitlab, project, call } = shop;
    const { world } = gitlab;
    const tokenOf = (level: typeof access.reporter | typeof access.developer) => {
      const user = world.addUser();
      world.addMember(project, user, level);
      return world.addToken({ user }).value;
    };
    world.commit(project, { branch: 'fix', files: { a: 'a\n' } });
    const developer = tokenOf(access.developer);
    expect((await call('POST', '/pipeline', { ref: 'fix' }, tokenOf(access.reporter))).status).toBe(403);
    expect((await call('POST', '/pipeline', { ref: 'fix' }, developer)).status).toBe(201);
    const protectedBranch = await call('POST', '/pipeline', { ref: 'main' }, developer);
    expect(protectedBranch).toMatchObject({
      status: 400,
      body: { message: { base: [expect.stringContaining("permission to run a pipeline on 'main'")] } },
    });
  });
});

test('retrying puts new jobs in place of those that failed, cancelling ends all', async () => {
  const { gitlab, project, call } = shop;
  const { world } = gitlab;
  const pipeline = world.addPipeline({ project, status: 'failed' });
  world.addJob({ pipeline, name: 'compile', status: 'success' });
  const failed = world.addJob({ pipeline, name: 'unit' });
  const retried = await call('POST', `/pipelines/${pipeline.id}/retry`);
  expect([retried.status, retried.body]).toMatchObject([201, { status: 'running', finished_at: null }]);
  expect(failed.retried).toBe(true);
  expect((await call('GET', `/pipelines/${pipeline.id}/jobs`)).body).toMatchObject([
    { name: 'unit', status: 'pending' },
    { name: 'compile', status: 'success' },
  ]);
  const cancelled = await call('POST', `/pipelines/${pipeline.id}/cancel`);
  expect([cancelled.status, cancelled.body]).toMatchObject([200, { status: 'canceled' }]);
});

test('renaming', async () => {
  const { gitlab, project, call } = shop;
  const pipeline = gitlab.world.addPipeline({ project });
  const renamed = await call('PUT', `/pipelines/${pipeline.id}/metadata`, { name: 'Nightly' });
  expect([renamed.status, renamed.body]).toMatchObject([200, { id: pipeline.id, name: 'Nightly' }]);
});

test('guests of a private project do not see pipelines, an agent may only read them', async () => {
  const { gitlab, project, ada, call } = shop;
  const { world } = gitlab;
  const guest = world.addUser();
  world.addMember(project, guest, access.guest);
  expect((await call('GET', '/pipelines', undefined, world.addToken({ user: guest }).value)).status).toBe(403);
  const oauth = world.addToken({ user: ada, scopes: ['ai_workflows'] }).value;
  expect((await call('GET', '/pipelines', undefined, oauth)).status).toBe(200);
  expect(await call('POST', '/pipeline', { ref: 'main' }, oauth)).toMatchObject({
    status: 403,
    body: { error: 'insufficient_scope' },
  });
});
