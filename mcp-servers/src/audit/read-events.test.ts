import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditEventInput } from './event.js';
import { type AuditLog, openAuditLog } from './log.js';
import { type EventFilter, followEvents, readEvents } from './read-events.js';
import { newHome } from './testing.js';

/** Two servers that work at the same time: `events` are `[second, which, event]`. */
function twoLogs(home: string, ...events: [number, 0 | 1, AuditEventInput][]): [AuditLog, AuditLog] {
  let second = 0;
  const now = () => new Date(Date.UTC(2026, 2, 1, 8, 0, second));
  const open = (name: string) => openAuditLog({ home, name, session: name, now });
  const logs: [AuditLog, AuditLog] = [open('a'), open('b')];
  for (const [at, which, event] of events) {
    second = at;
    logs[which].append(event);
  }
  return logs;
}

const request = (target: string, more: Partial<AuditEventInput> = {}): AuditEventInput => ({
  kind: 'request',
  target,
  status: 200,
  ...more,
});

async function targets(home: string, filter: EventFilter = { kind: 'request' }): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  const onMalformed = (where: string) => found.push(where);
  for await (const { event } of readEvents(home, { filter, onMalformed })) found.push(event.target);
  return found;
}

test('events of several logs come in the order of their times', async () => {
  const home = newHome();
  twoLogs(home, [1, 0, request('/1')], [2, 1, request('/2')], [3, 1, request('/3')], [4, 0, request('/4')]);
  expect(await targets(home)).toEqual(['/1', '/2', '/3', '/4']);
});

test('each filter leaves what matches', async () => {
  const home = newHome();
  const [a] = twoLogs(
    home,
    [1, 0, request('/1', { tool: 'get_issue', status: 404 })],
    [2, 1, request('/2', { tool: 'list_issues', status: 403 })],
    [3, 1, request('/3', { tool: 'get_issue', status: 'failed' })],
    [4, 0, { kind: 'tool', target: '/4', tool: 'get_issue', status: 'ok' }],
  );
  const time = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second));
  const cases: [EventFilter, string[]][] = [
    [{ session: 'b' }, ['/2', '/3']],
    [{ tool: 'get_issue' }, ['/1', '/3', '/4']],
    [{ kind: 'tool' }, ['/4']],
    [{ writer: a.writer }, ['/1', '/4']],
    [{ status: '4xx' }, ['/1', '/2']],
    [{ status: '404' }, ['/1']],
    [{ status: 'failed' }, ['/3']],
    [{ since: time(2) }, ['/2', '/3', '/4']],
    [{ until: time(2) }, ['/1']],
    [{ day: '2026-03-01' }, ['/1', '/2', '/3', '/4']],
    [{ day: '2026-03-02' }, []],
    [{ session: 'b', tool: 'get_issue' }, ['/3']],
  ];
  for (const [filter, expected] of cases) {
    const found = (await targets(home, filter)).filter((target) => target !== undefined);
    expect([filter, found]).toEqual([filter, expected]);
  }
});

test('lines are given as they are', async () => {
  const home = newHome();
  twoLogs(home, [1, 0, request('/\x1b[2J\u202e')]);
  for await (const { line } of readEvents(home, { filter: { kind: 'request' }, onMalformed() {} })) {
    expect(line).toContain('/\\u001b[2J\\u202e');
  }
});

test('lines that are no events are told, an unfinished one is left alone, and what is no file is not opened', async () => {
  const home = newHome();
  const [a] = twoLogs(home, [1, 0, request('/1')]);
  const day = join(home, 'audit', '2026-03-01');
  appendFileSync(
    join(day, `${a.writer}.jsonl`),
    `\n{"__proto__": 1}\n${'['.repeat(500_000)}\n${'x'.repeat(2_000_000)}\n{"time":`,
  );
  symlinkSync('/dev/zero', join(day, 'z-1-a.jsonl'));
  mkdirSync(join(home, 'audit', '2026-03-02', 'y-1-a.jsonl'), { recursive: true });
  writeFileSync(join(home, 'audit', 'notes'), '');
  const name = `2026-03-01/${a.writer}.jsonl`;
  expect(await targets(home)).toEqual(['/1', `${name}:3`, `${name}:4`, `${name}:5`, `${name}:6`]);
});

test('where nothing was recorded there is nothing to read', async () => {
  expect(await targets(newHome())).toEqual([]);
});

test('following gives what is there, then what comes, each event once, of old logs and new', async () => {
  const home = newHome();
  const log = openAuditLog({ home, name: 'a' });
  log.append(request('/1'));
  const stop = new AbortController();
  const seen: (string | undefined)[] = [];
  const options = { filter: { kind: 'request' } as const, onMalformed() {} };
  for await (const { event } of followEvents(home, options, stop.signal)) {
    seen.push(event.target);
    if (event.target === '/1') log.append(request('/2'));
    if (event.target === '/2') openAuditLog({ home, name: 'b' }).append(request('/3'));
    if (event.target === '/3') log.append(request('/4'));
    if (event.target === '/4') stop.abort();
  }
  expect(seen).toEqual(['/1', '/2', '/3', '/4']);
});
