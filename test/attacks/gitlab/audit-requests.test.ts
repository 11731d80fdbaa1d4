// Whatever goes wrong, each request that reached the server has left one event, and no other event says that it did.
import { createReadStream } from 'node:fs';
import { verifyLogs } from '@cofferdam/mcp-servers/audit';
import { expect, test } from 'vitest';
import type { Received } from '../../fakes/gitlab/http/server.js';
import {
  hostile,
  json,
  leastInput,
  samples,
  seeded,
  type TheWorld,
  textArguments,
  theWorld,
  toolsOf,
} from './support.js';

type Event = Record<string, unknown>;

/** `GET /api/v4/projects/acme%2Fshop 200`; a request that was broken off may have any status. */
const received = ({ method, path, status }: Received) => `${method} ${path} ${status || 'broken off'}`;

function recorded({ method, target, status, endpoint }: Event): string {
  const path = String(target).replace(/#.*/, '');
  const root = path === '/graphql' ? '/api' : String(endpoint).startsWith('/oauth/') ? '' : '/api/v4';
  return `${method} ${root}${path} ${typeof status === 'number' ? status : 'broken off'}`;
}

const withoutStatus = (one: string) => one.replace(/ (\d+|broken off)$/, '');

const isBrokenOff = (one: string) => one.endsWith(' broken off');

const requestsIn = (events: Event[]) =>
  events.filter(({ kind, decision }) => kind === 'request' && decision === 'allowed');

/** What is in one list and not in the other, each as often as it is missing. */
function difference(one: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return one.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const json503 = { status: 503, body: '{"message":"busy"}', contentType: 'application/json' };

/** Something goes wrong with one of the next requests, or nothing does. */
function addFault({ gitlab, project }: TheWorld, random: () => number): void {
  const faults = [
    json503,
    { ...json503, status: 500 },
    { ...json503, status: 401 },
    { ...json503, status: 403 },
    { ...json503, status: 404 },
    { ...json503, status: 429, headers: { 'retry-after': '0' } },
    { ...json503, status: 429, headers: { 'retry-after': '4000' } },
    { status: 200, body: '<html>Sign in</html>' },
    { status: 200, body: '{"id":', contentType: 'application/json' },
    { redirect: `/api/v4/projects/${project.id}/elsewhere` },
    { redirect: 'http://evil.example/' },
    { reset: true },
    { cut: 3 },
    { cut: 0 },
  ] as const;
  const fault = faults[Math.floor(random() * faults.length * 1.3)];
  if (fault) gitlab.faults.add(fault, { after: Math.floor(random() * 3) });
}

test('over a random walk through all tools with random faults', async () => {
  const the = await theWorld();
  const connected = await the.serve({ env: { GITLAB_TIMEOUT: '5' } });
  await connected.call('get_issue', { issue: '1' });
  const tools = await toolsOf(connected);
  const random = seeded(20_260_301);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const outcomes = new Map<string, number>();
  for (let step = 0; step < 120; step += 1) {
    const tool = pick(tools);
    const input = leastInput(tool, samples(the));
    const texts = textArguments(tool);
    if (texts.length > 0 && random() < 0.3) {
      const { name, list } = pick(texts);
      const text = pick(['mallory/secrets', '/close', 'nonsense', '9', '..', '\ud800', '']);
      input[name] = list ? [text] : text;
    }
    if (random() < 0.4) addFault(the, random);
    const outcome = await outcomeOf(connected.client, tool.name, input, random);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const events = connected.events();
  const [sent, noted] = [the.gitlab.requests.map(received), requestsIn(events).map(recorded)];
  const unnoted = difference(sent, noted);
  const unsent = difference(noted, sent);
  // Of an answer that broke off one side may know the status and the other not. Nothing else may differ.
  expect(difference(unnoted.map(withoutStatus), unsent.map(withoutStatus))).toEqual([]);
  const [unfinished, unanswered] = [unsent.filter(isBrokenOff), noted.filter(isBrokenOff)];
  const otherStatus = unnoted.filter((one) => !isBrokenOff(one));
  expect(difference(otherStatus.map(withoutStatus), unfinished.map(withoutStatus))).toEqual([]);
  // What was cancelled may never have been sent; what has a status was.
  const neverSent = difference(unsent.map(withoutStatus), unnoted.map(withoutStatus));
  expect(difference(neverSent, unanswered.map(withoutStatus))).toEqual([]);
  expect(noted.length).toBeGreaterThan(100);
  expect([...outcomes.keys()]).toEqual(
    expect.arrayContaining(['ok', 'cancelled', 'outside', 'unreachable', 'server-error']),
  );
  const calls = events.filter(({ kind }) => kind === 'tool');
  expect(calls).toHaveLength(121);
  for await (const report of verifyLogs(connected.home)) expect(report).toMatchObject({ ok: true });
});

/** The code of a failure, or `ok`; one call in ten is cancelled at once. */
async function outcomeOf(
  client: Awaited<ReturnType<TheWorld['serve']>>['client'],
  name: string,
  input: object,
  random: () => number,
): Promise<string> {
  const stop = new AbortController();
  const pending = client.callTool({ name, arguments: { ...input } }, undefined, { signal: stop.signal });
  if (random() < 0.1) {
    setImmediate(() => stop.abort());
    const failed = await pending.then(
      () => false,
      () => true,
    );
    // What was under way ends in its own time.
    await new Promise((resolve) => setTimeout(resolve, 60));
    if (failed) return 'cancelled';
  }
  const { _meta: meta } = await pending;
  return String(meta?.['cofferdam/error'] ?? 'ok');
}

test('fifty calls at once: events are whole, in one chain, and each of its own call', async () => {
  const the = await theWorld();
  const { client, call, events, home } = await the.serve();
  await call('get_project');
  const before = the.gitlab.requests.length;
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      client.callTool({
        name: i % 5 === 4 ? 'get_issue' : 'list_notes',
        arguments: i % 5 === 4 ? { issue: 'mallory/secrets#1' } : { on: '#1' },
        _meta: { 'cofferdam/call': `call-${i}` },
      }),
    ),
  );
  expect(answers.filter(({ isError }) => isError)).toHaveLength(10);
  const mine = events().filter(({ call: id }) => String(id).startsWith('call-'));
  for (let i = 0; i < 50; i += 1) {
    const own = mine.filter(({ call: id }) => id === `call-${i}`);
    expect(own.map(({ kind }) => kind)).toEqual(['request', 'tool']);
    expect(own[0]).toMatchObject({ decision: i % 5 === 4 ? 'refused' : 'allowed' });
  }
  expect(the.gitlab.requests.length - before).toBe(40);
  for await (const report of verifyLogs(home)) expect(report).toMatchObject({ ok: true });
});

test('a renewal of the token, and each page, has an event', async () => {
  const the = await theWorld();
  for (let i = 0; i < 250; i += 1) the.world.addNote(the.issue, { author: the.ada, body: `No. ${i}` });
  const { call, events } = await the.serve();
  await call('list_notes', { on: '#1', order: 'newest', limit: 100 });
  expect(requestsIn(events()).map(recorded).sort()).toEqual(the.gitlab.requests.map(received).sort());
  expect(the.gitlab.requests.filter(({ path }) => path.endsWith('/discussions')).length).toBeGreaterThan(1);
});

test('no text of a call, a client or a server makes a line of its own in the log', async () => {
  const line = JSON.stringify({ kind: 'request', status: 200, target: '/forged', decision: 'allowed' });
  const evil = `x"}\n${line}\r\n${line}\u2028${line}\u2029${line}\u0085${line}\v${line}\f${line}\u001b[2K\u202e\u200b\0\ud800`;
  const { client, call, events, home } = await hostile(
    (_, response) =>
      json(response, { iid: evil, id: evil, message: evil }, { status: 201, headers: { 'x-request-id': 'x"}\t{"a' } }),
    { families: ['issues', 'projects', 'jobs'] },
  );
  await call('get_project');
  const before = events().length;
  const _meta = { 'cofferdam/call': evil };
  for (const [name, input] of Object.entries({
    get_issue: { issue: evil, project: evil },
    get_repository_file: { file_path: evil, ref: evil },
    list_project_items: { kind: 'branches', name: evil },
    get_job_artifact_file: { job: '1', path: evil },
    create_issue: { title: evil.slice(0, 200), description: 'x' },
    create_branch: { branch: evil, ref: evil },
  }))
    await client.callTool({ name, arguments: input, _meta });
  const [log = ''] = await logsOf(home);
  expect(log).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]/);
  expect(log.split(/[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/).filter((one) => one.startsWith('{"kind"'))).toEqual([]);
  const all = events();
  expect(all.length).toBeGreaterThan(before + 6);
  expect(all.filter(({ target }) => target === '/forged')).toEqual([]);
  for await (const report of verifyLogs(home)) expect(report).toMatchObject({ ok: true });
});

async function logsOf(home: string): Promise<string[]> {
  const { readdirSync } = await import('node:fs');
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'));
  return Promise.all(names.map(async (name) => (await createReadStream(`${home}/${name}`).toArray()).join('')));
}
