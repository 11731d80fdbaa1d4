import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionEvent } from './events.js';
import { createLog, deleteSession, listSessions, newSessionId, readSession } from './store.js';

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'cofferdam-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return home;
}

function add(home: string, time: string, ...events: SessionEvent[]): string {
  const id = newSessionId(new Date(time));
  const log = createLog(home, id);
  log.append({ kind: 'session', version: 2, id, workspace: '/w', model: 'm', mode: 'plan' });
  for (const event of events) log.append(event);
  log.close();
  return id;
}

const fail = (error: unknown) => {
  throw error;
};

test('sessions are listed from the oldest, with how they ended', () => {
  const home = newHome();
  const second = add(home, '2026-03-02T10:00:00Z', {
    kind: 'message',
    from: 'user',
    content: [{ type: 'text', text: 'Mend it' }],
  });
  const first = add(home, '2026-03-01T10:00:00Z', { kind: 'stop', reason: 'done', message: '' });
  expect(listSessions(home, fail)).toMatchObject([
    { id: first, stopped: 'done' },
    { id: second, stopped: null, task: 'Mend it', workspace: '/w', sandbox: null },
  ]);
});

test('a damaged session does not hide the others', () => {
  const home = newHome();
  const bad = add(home, '2026-03-01T10:00:00Z');
  const good = add(home, '2026-03-02T10:00:00Z');
  appendFileSync(join(home, 'sessions', bad, 'events.jsonl'), 'x\n');
  const damaged: unknown[] = [];
  expect(listSessions(home, (error) => damaged.push(error)).map(({ id }) => id)).toEqual([good]);
  expect(damaged).toHaveLength(1);
});

test('a deleted session is gone', () => {
  const home = newHome();
  const id = add(home, '2026-03-01T10:00:00Z');
  deleteSession(home, id);
  expect(existsSync(join(home, 'sessions', id))).toBe(false);
  expect(() => readSession(home, id)).toThrow(expect.objectContaining({ code: 'session-not-found' }));
});

test.each(['', '..', '../../etc', 'nothing', '20260101-000000-abcdef/..'])('%j names no session', (id) => {
  expect(() => deleteSession(newHome(), id)).toThrow(expect.objectContaining({ code: 'session-not-found' }));
});
