import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { clientOf, startWorkplace, type Workplace } from '../testing/workplace.js';

let at: Workplace;

beforeEach(async () => {
  at = await startWorkplace();
});

afterEach(() => at.gitlab.close());

function clientWith(scopes: string[], admin = false) {
  const { world } = at.gitlab;
  return clientOf(at.gitlab, world.addToken({ user: world.addUser({ admin }), scopes }).value);
}

test('service ping is for administrators, with a scope of its own', async () => {
  at.gitlab.world.addIssue({ project: at.project });
  const answer = await clientWith(['read_service_ping'], true).get('/usage_data/service_ping');
  expect(answer).toMatchObject({
    status: 200,
    body: { version: '19.5.0', edition: 'EE', active_user_count: 2, counts: { issues: 1, projects: 1, epics: 0 } },
  });
  expect((await clientWith(['read_service_ping']).get('/usage_data/service_ping')).status).toBe(403);
  expect((await clientWith(['read_user'], true).get('/usage_data/service_ping')).body).toMatchObject({
    error: 'insufficient_scope',
  });
  expect((await clientOf(at.gitlab).get('/usage_data/service_ping')).status).toBe(401);
});

test('queries and metrics without SQL are behind feature flags', async () => {
  const admin = clientWith(['api'], true);
  for (const path of ['/usage_data/queries', '/usage_data/non_sql_metrics']) {
    expect((await at.api.get(path)).status).toBe(403);
    expect(await admin.get(path)).toMatchObject({ status: 404, body: { message: '404 Not found' } });
  }
  const { features } = at.gitlab.world;
  features.add('usage_data_queries_api').add('usage_data_non_sql_metrics');
  expect((await admin.get('/usage_data/queries')).body).toMatchObject({
    counts: { issues: 'SELECT COUNT("issues"."id") FROM "issues"' },
  });
  expect((await admin.get('/usage_data/non_sql_metrics')).body).toMatchObject({
    active_user_count: -3,
    counts: { issues: -3 },
  });
});

test('metric definitions are YAML, for anybody', async () => {
  const anonymous = clientOf(at.gitlab);
  const plain = await anonymous.get<string>('/usage_data/metric_definitions');
  expect(plain.headers.get('content-type')).toBe('application/yaml');
  expect(parse(plain.body)).toContainEqual({
    key_path: 'counts.issues',
    description: 'Count of Issues created',
    product_group: 'project_management',
    value_type: 'number',
    status: 'active',
    time_frame: 'all',
    data_source: 'database',
    tiers: ['free', 'premium', 'ultimate'],
  });
  const { body } = await anonymous.get<string>('/usage_data/metric_definitions?include_paths=true');
  expect(body).toContain('file_path: config/metrics/counts_all/issues.yml');
});

test('tracks an event, also for an agent', async () => {
  const event = {
    event: 'mr_name_changed',
    send_to_snowplow: true,
    namespace_id: 1,
    project_id: at.project.id,
    additional_properties: { lang: 'eng' },
  };
  expect((await at.api.post('/usage_data/track_event', event)).status).toBe(200);
  expect((await clientWith(['ai_workflows']).post('/usage_data/track_event', event)).status).toBe(200);
  expect(at.gitlab.world.usageEvents).toMatchObject([
    { event: 'mr_name_changed', user: at.ada, projectId: at.project.id, additionalProperties: { lang: 'eng' } },
    {},
  ]);
  expect(await at.api.post('/usage_data/track_event', {})).toMatchObject({
    status: 400,
    body: { error: 'event is missing' },
  });
  expect((await clientOf(at.gitlab).post('/usage_data/track_event', event)).status).toBe(401);
});

test('tracks fifty events at once and no more', async () => {
  const events = (count: number) => ({ events: Array.from({ length: count }, (_, index) => ({ event: `e${index}` })) });
  expect((await at.api.post('/usage_data/track_events', events(50))).status).toBe(200);
  expect(await at.api.post('/usage_data/track_events', events(51))).toMatchObject({
    status: 400,
    body: { message: 'Maximum 50 events allowed in one request.' },
  });
  expect(at.gitlab.world.usageEvents).toHaveLength(50);
  expect((await clientWith(['ai_workflows']).post('/usage_data/track_events', events(1))).status).toBe(403);
});

test('counts', async () => {
  for (const name of ['increment_counter', 'increment_unique_users']) {
    expect((await at.api.post(`/usage_data/${name}`, { event: 'i_quickactions_page' })).status).toBe(200);
  }
  expect(at.gitlab.world.usageEvents.map(({ event }) => event)).toEqual(['i_quickactions_page', 'i_quickactions_page']);
});
