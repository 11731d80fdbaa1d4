// A model that obeys a stranger tries to reach another project, group or instance with whatever arguments it has.
import { expect, test } from 'vitest';
import type { Received } from '../../fakes/gitlab/http/server.js';
import { leastInput, samples, type TheWorld, textArguments, theWorld, toolsOf } from './support.js';

/** Requests that are about neither the bound project, nor its group, nor the token. */
function strayed({ gitlab, project, other, group }: TheWorld): Received[] {
  const inside = new RegExp(
    `^/api/v4/(projects/(acme%2Fshop|${project.id})|groups/(acme|${group.id})/epics|groups/acme)(/|$)`,
  );
  const own = /^\/api\/(v4\/(personal_access_tokens\/self|usage_data\/\w+)|graphql)$/;
  return gitlab.requests.filter(({ path, body, query }) => {
    const resolved = /(^|[/\\])\.{1,2}([/\\]|$)/.test(decodeURIComponent(path));
    return resolved || !(inside.test(path) || own.test(path)) || names(`${body}&${query}`, other.id);
  });
}

/** Whether a body or query names the other project where GitLab would take it for one. */
function names(text: string, id: number): boolean {
  const places = /"(?:\w*project\w*|namespacePath|groupPath|path|fullPath)":"?([^",}]*)/g;
  const named = [...text.matchAll(places)].map(([, place = '']) => place);
  return named.some((place) => place === String(id) || place.startsWith('mallory'));
}

const hostilePlaces = [
  'mallory/secrets',
  'MALLORY/Secrets',
  'ID',
  '0000ID',
  '٤٢',
  'mallory%2Fsecrets',
  'mallory%252Fsecrets',
  'mallory',
  'acme/shop/../../mallory/secrets',
  'acme/shop%2F..%2F..%2Fmallory%2Fsecrets',
  'acme/../mallory/secrets',
  'acme\\..\\mallory\\secrets',
  'acme/shop?id=ID',
  'acme/shop#/../ID',
  'acme/shop;/../ID',
  'acme/shop\n/projects/ID',
  'acme/shop\u0000',
  'acme/shop/',
  'acme/shop.',
  'acme/shop ',
  'acme/shop.git',
  'acme/shop.json',
  'acme//shop',
  'acme-evil/shop',
  'аcme/shop',
  'ａcme/ｓhop',
  'acme/s\u200bhop',
  'acme/ſhop',
  'self',
  '.',
  '..',
  '-1',
  '0',
  '1e3',
  '0x2',
  '9007199254740993',
  '9'.repeat(400),
  'a/'.repeat(900),
  '%00',
  '*',
  'URL/mallory/secrets',
  'URL/mallory/secrets/-/issues/1',
  'URL/acme/shop/../../mallory/secrets',
  'URL/acme/shop/%2e%2e/%2e%2e/mallory/secrets/-/issues/1',
  'URL/acme%2Fshop/-/issues/1/../../../../mallory/secrets',
  'URL@evil.example/acme/shop',
  'https://acme%2Fshop@evil.example/acme/shop',
  'https://gitlab.example.org/acme/shop',
  '//evil.example/acme/shop',
  'javascript:acme/shop',
  'file:///acme/shop',
];

const given = (text: string, { gitlab, other }: TheWorld) =>
  text.replace('URL', gitlab.url).replace('ID', String(other.id));

test('names of a project: none leads out, and what is refused was not sent', async () => {
  const the = await theWorld();
  const { call } = await the.serve();
  await call('get_issue', { issue: '1' });
  for (const place of hostilePlaces) {
    const project = given(place, the);
    for (const [tool, input] of Object.entries({
      get_project: { project },
      get_issue: { issue: '1', project },
      list_notes: { on: '#1', project },
      create_issue: { title: 'x', project },
      create_merge_request: { source_branch: 'fix', title: 'x', target_project: project },
      track_events: { events: [{ event: 'seen', project }] },
    })) {
      const { isError, data } = await call(tool, input);
      // Some of these are names of the bound project after all.
      if (!isError) expect(JSON.stringify(data)).not.toContain('secret');
    }
  }
  expect(strayed(the)).toEqual([]);
  expect([...the.world.issues].filter(({ project }) => project === the.other)).toHaveLength(1);
});

test('every text argument of every tool: no text sends a request elsewhere', async () => {
  const the = await theWorld();
  const connected = await the.serve();
  const texts = [
    'mallory/secrets#1',
    `1/../../../${the.other.id}?x=#`,
    `${the.gitlab.url}/mallory/secrets/-/merge_requests/1`,
    `x&id=${the.other.id}&private_token=y\r\nHost: evil.example\u0001`,
  ];
  for (const tool of await toolsOf(connected)) {
    const least = leastInput(tool, samples(the));
    for (const { name, list } of textArguments(tool)) {
      for (const text of texts) {
        const {
          isError,
          code,
          text: said,
        } = await connected.call(tool.name, { ...least, [name]: list ? [text] : text });
        if (isError)
          expect({ tool: tool.name, name, code, said: said.slice(0, 300) }).not.toMatchObject({ code: 'internal' });
        if (isError) expect(said.length).toBeLessThan(3_000);
      }
    }
  }
  expect(strayed(the)).toEqual([]);
});

test.each([
  ['half a character', { branch: '\ud800' }],
  ['dots', { branch: '..' }],
  ['dots between slashes', { branch: 'a/../../../issues/1' }],
  ['dots between backslashes', { branch: 'a\\..\\b' }],
])('%s cannot be a part of a path: nothing is sent', async (_, { branch }) => {
  const the = await theWorld();
  const { call } = await the.serve({ families: ['projects'] });
  await call('get_project');
  const sent = the.gitlab.requests.length;
  const { code, text } = await call('list_project_items', { kind: 'branches', name: branch });
  expect(code).toBe('bad-reference');
  expect(text).toContain('cannot be the branch');
  expect(the.gitlab.requests).toHaveLength(sent);
});

test('a text too long for an address is told, in few words, and not sent', async () => {
  const the = await theWorld();
  const { call } = await the.serve({ families: ['projects', 'search'] });
  await call('get_project');
  const sent = the.gitlab.requests.length;
  for (const [tool, input] of [
    ['search', { scope: 'issues', query: 'a'.repeat(1_000_000) }],
    ['get_repository_file', { file_path: 'a/'.repeat(500_000) }],
  ] as const) {
    const { code, text } = await call(tool, input);
    expect(code).toBe('too-long');
    expect(text.length).toBeLessThan(500);
  }
  expect(the.gitlab.requests).toHaveLength(sent);
});

test.each([
  [{ groups: ['acme'] }, 'acme-evil/shop'],
  [{ groups: ['acme'] }, 'acme'],
  [{ groups: ['acme'] }, 'acme.evil/shop'],
  [{ groups: ['acme'] }, 'evil/acme/shop'],
  [{ groups: ['acme/web'] }, 'acme/web2/shop'],
  // The group with the number 12, which is not what is called 12.
  [{ groups: ['12'] }, '12/shop'],
  [{ groups: ['12'] }, '12'],
  [{ projects: ['12'] }, '12/shop'],
  [{ projects: ['acme/shop'] }, 'acme/shop2'],
  [{ projects: ['acme/shop'] }, 'acme'],
  [{ projects: ['acme/shop'] }, 'x/acme/shop'],
])('a policy of %j does not open the project %s', async (policy, project) => {
  const the = await theWorld();
  the.world.addProject({ path: '12/shop' });
  const { call } = await the.serve({ families: ['issues'], project: 'ada/own', policy });
  expect(await call('list_issues', { project })).toMatchObject({
    isError: true,
    code: expect.stringMatching(/^(outside|bad-reference|not-found)$/),
  });
  expect(the.gitlab.requests.filter(({ path }) => /issues|12%2F|evil|shop/.test(path))).toEqual([]);
});

test('a policy for a whole group does not open the groups beside it', async () => {
  const the = await theWorld();
  const { call } = await the.serve({ policy: { groups: ['acme'] } });
  for (const group of ['acme-evil', 'acme.evil', 'evil/acme', 'mallory', '1', 'a']) {
    for (const [tool, input] of [
      ['search', { scope: 'issues', query: 'x', in: 'group' }],
      ['list_projects', {}],
      ['list_epics', { include_descendants: true }],
    ] as const)
      expect(await call(tool, { ...input, group })).toMatchObject({ isError: true, code: 'outside' });
  }
  expect(strayed(the)).toEqual([]);
});

test('the bound project opens neither its whole group nor the instance', async () => {
  const the = await theWorld();
  const { call, events } = await the.serve();
  const attempts = [
    ['search', { scope: 'issues', query: 'x', in: 'group' }],
    ['search', { scope: 'issues', query: 'x', in: 'group', group: 'acme' }],
    ['search', { scope: 'issues', query: 'x', in: 'instance' }],
    ['list_projects', { group: 'acme' }],
    ['list_epics', { include_descendants: true }],
    ['list_epics', { group: 'mallory' }],
    ['get_epic', { epic: 'mallory&1' }],
    ['create_epic', { title: 'x', parent: 'mallory&1' }],
  ] as const;
  for (const [tool, input] of attempts) expect(await call(tool, input)).toMatchObject({ code: 'outside' });
  expect(strayed(the)).toEqual([]);
  const refused = events().filter(({ kind, decision }) => kind === 'request' && decision === 'refused');
  expect(refused).toHaveLength(attempts.length);
});

test('what a list found in another project is out of bounds for the next call', async () => {
  const the = await theWorld();
  const linked = the.world.addIssue({ project: the.other, title: 'Linked from outside' });
  the.world.addIssueLink(the.issue, linked);
  const { call } = await the.serve();
  const { data } = await call('list_issue_relations', { issue: '1', kind: 'links', response_format: 'detailed' });
  const found = data.relations.find(({ title }: { title: string }) => title === 'Linked from outside');
  for (const issue of [found.reference, found.web_url]) {
    for (const [tool, input] of [
      ['get_issue', { issue }],
      ['update_issue', { issue, title: 'mine' }],
      ['create_note', { on: issue, body: 'hello' }],
      ['link_issues', { issue: '#2', target: issue }],
      ['track_time', { issue, action: 'spend', duration: '1h' }],
    ] as const)
      expect(await call(tool, input)).toMatchObject({ code: 'outside' });
  }
  expect(strayed(the)).toEqual([]);
});

test('numbers that hold on the whole instance are asked of the bound project only', async () => {
  const the = await theWorld();
  const pipeline = the.world.addPipeline({ project: the.other, status: 'failed' });
  const job = the.world.addJob({ pipeline, name: 'secret', status: 'failed', log: 'hunter2' });
  const snippet = the.world.addSnippet({ project: the.other, author: the.ada, title: 'secret' });
  const note = the.world.addNote(the.issue, { author: the.ada, body: 'x' });
  const { call } = await the.serve();
  for (const [tool, input] of [
    ['get_pipeline', { pipeline: String(pipeline.id) }],
    ['list_pipeline_items', { pipeline: String(pipeline.id) }],
    ['control_pipeline', { pipeline: String(pipeline.id), action: 'retry' }],
    ['get_job', { job: String(job.id) }],
    ['get_job_logs', { job: String(job.id) }],
    ['control_job', { job: String(job.id), action: 'retry' }],
    ['list_notes', { on: `$${snippet.id}` }],
    ['list_notes', { on: `${the.gitlab.url}/-/snippets/${snippet.id}` }],
    ['edit_note', { on: '#2', note_id: note.id, body: 'mine' }],
    ['edit_note', { on: '&1', note_id: note.id, body: 'mine' }],
  ] as const) {
    const result = await call(tool, input);
    expect({ tool, code: result.code }).toEqual({ tool, code: 'not-found' });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  }
  expect(strayed(the)).toEqual([]);
});

test.each([
  '0',
  '-1',
  '1.5',
  '1e3',
  '0x1',
  '9007199254740993',
  '99999999999999999999',
  '٣',
  '１',
  '1 OR 1=1',
  '1;2',
  '#',
  '!',
  '&',
])('%s is no number of an issue', async (issue) => {
  const the = await theWorld();
  const { call } = await the.serve({ families: ['issues'] });
  const { isError, code, text } = await call('get_issue', { issue });
  expect({ isError, code }).toEqual({ isError: true, code: 'bad-reference' });
  expect(text).toContain('acme/shop#12');
  expect(the.gitlab.requests.filter(({ path }) => path.includes('issues'))).toEqual([]);
});
