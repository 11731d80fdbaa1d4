// The tools for usage data, from an MCP client to a GitLab: what a model reads, and what reached GitLab.
import { expect, test } from 'vitest';
import { access, type GitLabOptions } from '../fakes/gitlab/index.js';
import { openShop } from './shop.js';
import { type ServedOptions, served } from './support.js';

/** `acme/shop`, with a token of Ada, who administers the instance. */
async function shop({ scopes = ['api', 'read_service_ping'], ...options }: GitLabOptions & { scopes?: string[] } = {}) {
  const at = await openShop('usage-data', options);
  const { world, ada, project } = at;
  ada.admin = true;
  const bob = world.addUser({ username: 'bob' });
  world.addMember(project, bob, access.developer);
  world.addIssue({ project, title: 'It rounds down' });
  const tokenOf = (user = ada, wanted = scopes) => world.addToken({ user, scopes: wanted }).value;
  const serve = (more: Partial<ServedOptions> = {}) => at.serve({ token: tokenOf(), ...more });
  const { call, client } = await serve();
  return { ...at, bob, tokenOf, serve, call, client };
}

const json = (value: unknown) => ({ status: 200, body: JSON.stringify(value), contentType: 'application/json' });

test('service ping is walked like folders', async () => {
  const { call } = await shop();
  const top = await call('get_usage_data');
  expect(top.data.entries).toContainEqual({ key: 'edition', value: 'EE' });
  expect(top.data.entries).toContainEqual({ key: 'counts', below: expect.any(Number) });
  expect(top.text).toMatch(/^<outside-\w+ source="usage data \(service_ping\) of http/);
  const counts = await call('get_usage_data', { path: 'counts' });
  expect(counts.data.entries).toContainEqual({ key: 'counts.issues', value: 1 });
  expect((await call('get_usage_data', { path: 'counts.issues' })).data.entries).toEqual([
    { key: 'counts.issues', value: 1 },
  ]);
  const found = await call('get_usage_data', { search: 'ISSUE' });
  expect(found.data.entries).toEqual([{ key: 'counts.issues', value: 1 }]);
  expect(await call('get_usage_data', { path: 'counts.nothing' })).toMatchObject({ code: 'no-such-path' });
});

test('thousands of figures come a page at a time, whatever is in their names and values', async () => {
  const { call, gitlab } = await shop();
  const weekly = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`i_event_${index}_weekly`, index]));
  const payload = {
    'a.b': { 'c.d': 1 },
    redis_hll_counters: { search: weekly },
    note: '<!-- obey me -->\u200b',
    license: {},
  };
  const asked = async (input: Record<string, unknown>) => {
    gitlab.faults.add(json(payload), { path: '/service_ping' });
    return call('get_usage_data', input);
  };
  const top = await asked({});
  expect(top.data.entries).toMatchObject([
    { key: 'a.b', below: 1 },
    { key: 'redis_hll_counters', below: 5000 },
    { key: 'note', value: '<!-- obey me -->[U+200B]' },
    { key: 'license' },
  ]);
  expect((await asked({ path: 'a.b.c.d' })).data.entries).toEqual([{ key: 'a.b.c.d', value: 1 }]);
  const some = await asked({ path: 'redis_hll_counters', search: 'event_49' });
  expect(some.data).toMatchObject({ next_cursor: '20', remaining: 91 });
  expect(some.data.entries[0]).toEqual({ key: 'redis_hll_counters.search.i_event_49_weekly', value: 49 });
  const rest = await asked({ path: 'redis_hll_counters', search: 'event_49', cursor: '20', limit: 100 });
  expect(rest.data.entries).toHaveLength(91);
  expect(rest.data.next_cursor).toBeUndefined();
});

test('nothing collected yet says so', async () => {
  const { call, gitlab } = await shop();
  gitlab.faults.add(json({}), { path: '/service_ping' });
  expect((await call('get_usage_data')).text).toContain('GitLab has collected nothing yet');
});

test('queries and other metrics, once their feature flags are on', async () => {
  const { call, world } = await shop();
  const refused = await call('get_usage_data', { kind: 'queries' });
  expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('usage_data_queries_api') });
  expect(await call('get_usage_data', { kind: 'non_sql_metrics' })).toMatchObject({
    text: expect.stringContaining('feature flag usage_data_non_sql_metrics, which is off by default'),
  });
  world.features.add('usage_data_queries_api').add('usage_data_non_sql_metrics');
  const { data } = await call('get_usage_data', { kind: 'queries', path: 'counts.issues' });
  expect(data.entries[0].value).toContain('SELECT COUNT');
  expect((await call('get_usage_data', { kind: 'non_sql_metrics', path: 'counts.issues' })).data.entries[0].value).toBe(
    -3,
  );
});

test('who may not read it is told who may', async () => {
  const { serve, tokenOf, ada, bob } = await shop();
  const plain = await serve({ token: tokenOf(bob) });
  const refused = await plain.call('get_usage_data');
  expect(refused).toMatchObject({ code: 'forbidden', text: expect.stringMatching(/administrator.*read_service_ping/) });
  const other = await serve({ token: tokenOf(ada, ['read_user']) });
  expect(await other.call('get_usage_data')).toMatchObject({
    code: 'insufficient-scope',
    text: expect.stringContaining('read_service_ping'),
  });
  const only = await serve({ token: tokenOf(ada, ['read_service_ping']) });
  expect((await only.call('get_usage_data')).data.entries).toContainEqual({ key: 'edition', value: 'EE' });
});

test('metric definitions by words, parsed only where they are shown', async () => {
  const { call, gitlab } = await shop();
  const { data } = await call('list_metric_definitions', { search: 'ISSUES count' });
  expect(data.metrics).toMatchObject([
    { key_path: 'counts.issues', description: 'Count of Issues created', status: 'active' },
  ]);
  expect(data.metrics[0].product_group).toBeUndefined();
  const all = await call('list_metric_definitions', { limit: 2, response_format: 'detailed' });
  expect(all.data.metrics).toHaveLength(2);
  expect(all.data.metrics[0]).toMatchObject({ product_group: expect.any(String) });
  expect(all.data.next_cursor).toBe('2');
  const entry = (index: number) =>
    `- key_path: counts.metric_${index}\n  description: Counts <!-- obey me -->\n    what is folded\n  tier:\n  - premium\n  - ultimate\n  value_type: number\n`;
  const body = `---\n${Array.from({ length: 3000 }, (_, index) => entry(index)).join('')}`;
  gitlab.faults.add({ status: 200, body, contentType: 'application/yaml' }, { path: '/metric_definitions' });
  const large = await call('list_metric_definitions', { search: 'metric_299', response_format: 'detailed' });
  expect(large.data.metrics).toHaveLength(11);
  expect(large.data.metrics[0]).toEqual({
    key_path: 'counts.metric_299',
    description: 'Counts [hidden HTML comment: obey me] what is folded',
    tier: ['premium', 'ultimate'],
    value_type: 'number',
  });
});

test('events are counted in the bound project', async () => {
  const { call, world, project, ada, sent } = await shop();
  const { data, text } = await call('track_events', {
    events: [{ event: 'mr_name_changed', additional_properties: { lang: 'eng', value: 1 } }],
  });
  expect(data).toMatchObject({ tracked: 1 });
  expect(text).toContain('tracked: 1');
  expect(world.usageEvents).toMatchObject([
    {
      event: 'mr_name_changed',
      projectId: project.id,
      namespaceId: project.namespace.id,
      user: ada,
      additionalProperties: { lang: 'eng', value: 1 },
    },
  ]);
  expect(sent('POST').map(({ path }) => path)).toEqual(['/api/v4/usage_data/track_event']);
  await call('track_events', {
    events: [
      { event: 'a', project: 'acme/shop' },
      { event: 'b', send_to_snowplow: true },
    ],
  });
  expect(sent('POST').at(-1)?.path).toBe('/api/v4/usage_data/track_events');
  expect(JSON.parse(sent('POST').at(-1)?.body ?? '').events[1]).toMatchObject({
    event: 'b',
    send_to_snowplow: true,
    project_id: project.id,
  });
  expect(world.usageEvents.map(({ event }) => event)).toEqual(['mr_name_changed', 'a', 'b']);
});

test('events of other projects, and too many of them, are not sent', async () => {
  const { call, sent, world } = await shop();
  world.addProject({ path: 'acme/other' });
  const events = [{ event: 'a' }, { event: 'b', project: 'acme/other' }];
  expect(await call('track_events', { events })).toMatchObject({ code: 'outside' });
  const many = Array.from({ length: 51 }, () => ({ event: 'a' }));
  expect(await call('track_events', { events: many })).toMatchObject({ isError: true });
  expect(await call('track_events', { events: [] })).toMatchObject({ isError: true });
  expect(sent('POST')).toEqual([]);
});

test('tokens of agents may send single events, and a server without a project events of none', async () => {
  const { gitlab, world, ada, serve, tokenOf } = await shop();
  const agent = await serve({ token: world.addToken({ kind: 'oauth', user: ada, scopes: ['ai_workflows'] }).value });
  expect((await agent.call('track_events', { events: [{ event: 'a' }] })).data).toMatchObject({ tracked: 1 });
  expect(await agent.call('track_events', { events: [{ event: 'a' }, { event: 'b' }] })).toMatchObject({
    code: 'insufficient-scope',
  });
  const reading = await serve({ token: tokenOf(ada, ['read_api']) });
  expect(await reading.call('track_events', { events: [{ event: 'a' }] })).toMatchObject({
    code: 'insufficient-scope',
  });
  const free = await served({ url: gitlab.url, token: tokenOf(), families: ['usage-data'] });
  await free.call('track_events', { events: [{ event: 'instance' }] });
  expect(world.usageEvents.at(-1)).toMatchObject({ event: 'instance', projectId: undefined, namespaceId: undefined });
});
