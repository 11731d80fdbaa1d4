import { expect, test } from 'vitest';
import type { AuditEventInput } from './event.js';
import { openAuditLog } from './log.js';
import { readEvents } from './read-events.js';
import { reportSessions, type SessionReport } from './report.js';
import { newHome } from './testing.js';

async function reportOf(...events: AuditEventInput[]): Promise<SessionReport[]> {
  const home = newHome();
  const now = () => new Date('2026-03-01T08:00:00Z');
  const log = openAuditLog({ home, name: 'gitlab', session: 's1', actor: 'editor/1', now });
  for (const event of events) log.append(event);
  log.close();
  return reportSessions(readEvents(home, { onMalformed() {} }));
}

const request = (id: number, status: number, more: Partial<AuditEventInput> = {}): AuditEventInput => ({
  kind: 'request',
  tool: 'get_issue',
  call: `c${id}`,
  target: `/projects/1/issues/${id}`,
  endpoint: '/projects/:id/issues/:issue_iid',
  method: 'GET',
  status,
  duration_ms: 100,
  decision: 'allowed',
  bytes_in: 1_000,
  bytes_out: 10,
  ...more,
});

test('a session is summed up', async () => {
  const [report, ...others] = await reportOf(
    request(1, 200),
    { kind: 'tool', tool: 'get_issue', call: 'c1', status: 'ok', duration_ms: 120 },
    request(2, 500),
    request(2, 404, { attempt: 2 }),
    request(3, 200, { decision: 'refused', status: undefined, reason: 'another project' }),
    { kind: 'tool', tool: 'get_issue', call: 'c3', status: 'outside', decision: 'refused' },
    { kind: 'connection', target: 'registry.example:443', bytes_in: 5 },
    { kind: 'apply', target: 'src/a.ts' },
    { kind: 'approval', tool: 'create_note', decision: 'refused', reason: 'by the user' },
  );
  expect(others).toEqual([]);
  expect(report).toMatchObject({
    session: 's1',
    from: '2026-03-01T08:00:00.000Z',
    actors: ['editor/1'],
    writers: [expect.stringMatching(/^gitlab-/)],
    events: { start: 1, request: 4, tool: 2, connection: 1, apply: 1, approval: 1, end: 1 },
    tools: [{ tool: 'get_issue', calls: 3 }],
    requests: [
      {
        endpoint: 'GET /projects/:id/issues/:issue_iid',
        count: 4,
        statuses: { 200: 1, 404: 1, 500: 1, none: 1 },
      },
    ],
    targets: ['/projects/1/issues/1', '/projects/1/issues/2', '/projects/1/issues/3', 'src/a.ts'],
    hosts: ['registry.example:443'],
    unlisted: 0,
    bytes_in: 4_005,
    bytes_out: 40,
    duration_ms: 400,
  });
  expect(report?.refused.map(({ by, kind, target, reason }) => [by, kind, target ?? reason])).toEqual([
    ['them', 'request', '/projects/1/issues/2'],
    ['us', 'request', '/projects/1/issues/3'],
    ['us', 'approval', 'by the user'],
  ]);
});

test('each session has its own report, in the order in which they began', async () => {
  const reports = await reportOf(request(1, 200, { session: 'z' }), request(2, 200, { session: 'a' }));
  expect(reports.map(({ session }) => session)).toEqual(['s1', 'z', 'a']);
});

test('what is touched more often than can be listed is counted', async () => {
  async function* events() {
    for (let seq = 1; seq <= 10_005; seq += 1) {
      const stamp = { time: '2026-03-01T08:00:00.000Z', seq, prev: '', session: 's', writer: 'w', actor: 'a' };
      yield { event: { ...stamp, kind: 'request' as const, target: `/${seq}` } };
    }
  }
  const [report] = await reportSessions(events());
  expect([report?.targets.length, report?.unlisted]).toEqual([10_000, 5]);
});
