import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AuditEvent, auditEventSchema, firstPrev, maxLineBytes } from './event.js';
import { openAuditLog } from './log.js';
import { newHome } from './testing.js';

const at = (time: string) => () => new Date(time);
const morning = at('2026-03-01T08:00:00Z');
const sha256 = (line: string) => createHash('sha256').update(line).digest('hex');
const lines = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');
const events = (path: string): AuditEvent[] => lines(path).map((line) => auditEventSchema.parse(JSON.parse(line)));

function opened(options: { home?: string; now?: () => Date; session?: string; actor?: string } = {}) {
  const home = options.home ?? newHome();
  const log = openAuditLog({ home, name: 'gitlab-issues', now: morning, ...options });
  const path = (day = '2026-03-01', kind = 'jsonl') => join(home, 'audit', day, `${log.writer}.${kind}`);
  return { home, log, path };
}

const unwritable = (because: RegExp) =>
  expect.objectContaining({ code: 'audit-unwritable', message: expect.stringMatching(because) });

test('an event is one line, on disk when append returns, fields in their order', () => {
  const { log, path } = opened({ session: 's1', actor: 'client/1' });
  log.reserve();
  log.append({
    bytes_out: 0,
    bytes_in: 812,
    status: 404,
    method: 'GET',
    endpoint: '/projects/:id/issues/:issue_iid',
    target: '/projects/42/issues/7',
    call: 'c1',
    tool: 'get_issue',
    kind: 'request',
    duration_ms: 12.5,
    decision: 'allowed',
    request_id: 'abc',
  });
  const [first = '', second = ''] = lines(path());
  expect(JSON.parse(first)).toMatchObject({
    kind: 'start',
    seq: 1,
    prev: firstPrev,
    version: '0.1.0',
    pid: process.pid,
  });
  expect(second).toBe(
    `{"time":"2026-03-01T08:00:00.000Z","seq":2,"prev":"${sha256(first)}","session":"s1","writer":"${log.writer}",` +
      '"actor":"client/1","kind":"request","tool":"get_issue","call":"c1","target":"/projects/42/issues/7",' +
      '"endpoint":"/projects/:id/issues/:issue_iid","method":"GET","status":404,"duration_ms":12.5,' +
      '"decision":"allowed","request_id":"abc","bytes_in":812,"bytes_out":0}',
  );
  log.close();
});

test('each line holds the hash of the one before it, and the head that of the last', () => {
  const { log, path } = opened();
  for (let i = 0; i < 20; i += 1) log.append({ kind: 'tool', tool: `t${i}`, status: 'ok' });
  log.close();
  const all = lines(path());
  const parsed = events(path());
  expect(parsed.map(({ seq }) => seq)).toEqual(all.map((_, i) => i + 1));
  expect(parsed.map(({ prev }) => prev)).toEqual([firstPrev, ...all.slice(0, -1).map(sha256)]);
  expect(parsed.at(-1)).toMatchObject({ kind: 'end' });
  expect(JSON.parse(readFileSync(path('2026-03-01', 'head'), 'utf8'))).toEqual({
    seq: all.length,
    hash: sha256(all.at(-1) ?? ''),
  });
});

test('session and actor of an event go before those of the log', () => {
  const { log, path } = opened();
  log.append({ kind: 'tool', session: 'other', actor: 'someone/2' });
  log.append({ kind: 'tool' });
  const [, other, own] = events(path());
  expect(other).toMatchObject({ session: 'other', actor: 'someone/2' });
  expect(own).toMatchObject({ session: log.writer, actor: 'unknown' });
});

test('nobody else may read it, and nothing but log and head is left', () => {
  const { home, log, path } = opened();
  log.reserve();
  log.close();
  expect(statSync(join(home, 'audit', '2026-03-01')).mode & 0o777).toBe(0o700);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(home, 'audit'), { recursive: true }).sort()).toEqual([
    '2026-03-01',
    `2026-03-01/${log.writer}.head`,
    `2026-03-01/${log.writer}.jsonl`,
  ]);
});

test('past midnight it goes on in a file of the new day, with the same chain', () => {
  let time = '2026-03-01T23:59:59Z';
  const { log, path } = opened({ now: () => new Date(time) });
  log.append({ kind: 'tool' });
  time = '2026-03-02T00:00:00Z';
  log.reserve();
  log.append({ kind: 'tool' });
  time = '2026-03-04T00:00:00Z';
  log.append({ kind: 'tool' });
  log.close();
  const days = ['2026-03-01', '2026-03-02', '2026-03-04'];
  const all = days.flatMap((day) => lines(path(day)));
  expect(days.map((day) => events(path(day)).map(({ seq, kind }) => `${seq} ${kind}`))).toEqual([
    ['1 start', '2 tool', '3 end'],
    ['4 start', '5 tool', '6 end'],
    ['7 start', '8 tool', '9 end'],
  ]);
  expect(events(path('2026-03-01')).at(-1)).toMatchObject({ kind: 'end', status: 'continued' });
  expect(events(path('2026-03-02'))[0]).toMatchObject({ kind: 'start', status: 'continued', pid: process.pid });
  expect(all.map((line) => JSON.parse(line).prev)).toEqual([firstPrev, ...all.slice(0, -1).map(sha256)]);
});

test('where the file of the new day cannot be made, what happened is on the old one, and nothing more is begun', () => {
  let time = '2026-03-01T23:59:59Z';
  const { home, log, path } = opened({ now: () => new Date(time) });
  log.reserve();
  time = '2026-03-02T00:00:01Z';
  const inTheWay = join(home, 'audit', '2026-03-02');
  writeFileSync(inTheWay, '');
  log.append({ kind: 'request', status: 200 });
  expect(events(path()).at(-1)).toMatchObject({ kind: 'request', time: '2026-03-02T00:00:01.000Z' });
  expect(() => log.reserve()).toThrow(unwritable(/2026-03-02/));
  rmSync(inTheWay);
  log.reserve();
  log.close();
  expect(events(path('2026-03-02')).map(({ kind }) => kind)).toEqual(['start', 'end']);
});

test('a clock that was set back does not open an old day again', () => {
  let time = '2026-03-02T00:00:01Z';
  const { log, path } = opened({ now: () => new Date(time) });
  time = '2026-03-01T23:59:59Z';
  log.append({ kind: 'tool' });
  expect(events(path('2026-03-02')).at(-1)).toMatchObject({ kind: 'tool', time: '2026-03-02T00:00:00.000Z' });
});

test('fields are bounded, whatever is in them, and so is the line', () => {
  const { log, path } = opened();
  for (const char of ['x', '\0', 'ü', '日', '🦊', '\u202e', '\ud800']) {
    const text = char.repeat(5_000);
    log.append({
      kind: 'request',
      session: text,
      actor: text,
      tool: text,
      call: text,
      target: text,
      endpoint: text,
      method: text,
      status: text,
      reason: text,
      request_id: text,
      query_sha256: text,
      body_sha256: text,
    });
  }
  const [, ...written] = lines(path());
  for (const line of written) expect(Buffer.byteLength(line)).toBeLessThan(maxLineBytes);
  expect(events(path())[1]?.target).toBe(`${'x'.repeat(1_997)}…`);
  expect(events(path())[2]?.tool).toMatch(/^\0{20,}…$/);
});

test('a line is fit for a terminal: nothing in it is obeyed', () => {
  const { log, path } = opened();
  const hostile = 'a\x1b[2J\x07\x7f\x9b31m\u202eb\nc';
  log.append({ kind: 'tool', tool: hostile });
  expect(lines(path())[1]).not.toMatch(/[^\x20-\x7e]/);
  expect(events(path())[1]?.tool).toBe(hostile);
});

test('numbers that JSON cannot say are left out', () => {
  const { log, path } = opened();
  log.append({ kind: 'tool', duration_ms: Number.NaN, bytes_in: Number.POSITIVE_INFINITY, bytes_out: 3 });
  expect(events(path())[1]).not.toHaveProperty('duration_ms');
  expect(events(path())[1]).toMatchObject({ bytes_out: 3 });
});

for (const [damage, harm, because] of [
  ['deleted', (path: string) => rmSync(path), /it is gone/],
  ['moved away', (path: string) => renameSync(path, `${path}.old`), /it is gone/],
  ['cut', (path: string) => truncateSync(path, 10), /it holds 10 bytes/],
  ['written to by others', (path: string) => writeFileSync(path, '{}\n', { flag: 'a' }), /bytes, but \d+ were written/],
  [
    'replaced by a copy',
    (path: string) => {
      const copy = readFileSync(path);
      rmSync(path);
      writeFileSync(path, copy);
    },
    /another file is in its place/,
  ],
] as const) {
  test(`a file that was ${damage} is reported, and not made again`, () => {
    const { log, path } = opened();
    log.reserve();
    harm(path());
    const left = statSync(path(), { throwIfNoEntry: false })?.size;
    expect(() => log.reserve()).toThrow(unwritable(because));
    expect(() => log.append({ kind: 'request' })).toThrow(unwritable(because));
    expect(() => log.close()).toThrow(unwritable(because));
    expect(statSync(path(), { throwIfNoEntry: false })?.size).toBe(left);
  });
}

test('a folder that cannot be is said at once', () => {
  const home = newHome();
  writeFileSync(join(home, 'audit'), '');
  expect(() => opened({ home })).toThrow(unwritable(/EEXIST|ENOTDIR/));
});

test('after its end nothing can be recorded, and closing again does nothing', () => {
  const { log, path } = opened();
  log.close();
  log.close();
  expect(() => log.reserve()).toThrow(unwritable(/it is closed/));
  expect(() => log.append({ kind: 'tool' })).toThrow(unwritable(/it is closed/));
  expect(events(path()).map(({ kind }) => kind)).toEqual(['start', 'end']);
});

test('a name that is no word is refused', () => {
  expect(() => openAuditLog({ home: newHome(), name: '../x' })).toThrow(TypeError);
});
