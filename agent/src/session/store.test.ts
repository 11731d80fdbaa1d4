import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionEvent } from './events.js';
import { forkLog } from './fork.js';
import { searchSessions } from './search.js';
import { createLog, deleteSession, findSession, listSessions, newSessionId, readSession, resumeLog } from './store.js';

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
  expect(listSessions(home, { onDamaged: fail })).toMatchObject([
    { id: first, stopped: 'done' },
    { id: second, stopped: null, title: 'Mend it', running: false, workspace: '/w', sandbox: null },
  ]);
});

test('a damaged session does not hide the others', () => {
  const home = newHome();
  const bad = add(home, '2026-03-01T10:00:00Z');
  const good = add(home, '2026-03-02T10:00:00Z');
  appendFileSync(join(home, 'sessions', bad, 'events.jsonl'), 'x\n');
  const damaged: unknown[] = [];
  expect(listSessions(home, { onDamaged: (error) => damaged.push(error) }).map(({ id }) => id)).toEqual([good]);
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

const says = (text: string): SessionEvent => ({ kind: 'message', from: 'user', content: [{ type: 'text', text }] });

test('a list is right again after the session went on', () => {
  const home = newHome();
  const id = add(home, '2026-03-01T10:00:00Z', says('First'));
  const list = () => listSessions(home, { onDamaged: fail });
  expect(list()).toMatchObject([{ prompts: 1, stopped: null }]);
  const log = resumeLog(home, id);
  log.append(says('Second'));
  expect(list()).toMatchObject([{ title: 'First', prompts: 2, running: true }]);
  log.append({ kind: 'stop', reason: 'limit', message: '' });
  log.close();
  expect(list()).toMatchObject([{ stopped: 'limit', running: false }]);
});

test('what was gone back from counts no more', () => {
  const home = newHome();
  const stop: SessionEvent = { kind: 'stop', reason: 'done', message: '' };
  add(home, '2026-03-01T10:00:00Z', says('One'), stop, says('Two'), { kind: 'rewound', prompt: 2, checkpoint: null });
  add(home, '2026-03-02T10:00:00Z', says('One'), { kind: 'rewound', prompt: 1, checkpoint: null }, says('Other'));
  expect(listSessions(home, { onDamaged: fail })).toMatchObject([
    { title: 'One', prompts: 1, stopped: 'done' },
    { title: 'Other', prompts: 1, stopped: null },
  ]);
});

test('what an interrupted deletion left goes with the next one', () => {
  const home = newHome();
  const left = join(home, 'sessions', '.deleted-20260101-000000-abcdef');
  mkdirSync(left, { recursive: true });
  deleteSession(home, add(home, '2026-03-01T10:00:00Z'));
  expect(readdirSync(join(home, 'sessions'))).toEqual([]);
});

test('where nothing can be written, it says so and what to do', () => {
  const home = newHome();
  writeFileSync(join(home, 'sessions'), 'in the way');
  const unwritable = expect.objectContaining({ code: 'session-write', remedy: expect.any(String) });
  expect(() => createLog(home, newSessionId())).toThrow(unwritable);
});

test('only those of one workspace', () => {
  const home = newHome();
  add(home, '2026-03-01T10:00:00Z');
  expect(listSessions(home, { workspace: '/w', onDamaged: fail })).toHaveLength(1);
  expect(listSessions(home, { workspace: '/other', onDamaged: fail })).toEqual([]);
});

test('found by what was said, with the words around it', () => {
  const home = newHome();
  const id = add(home, '2026-03-01T10:00:00Z', says('The "login" test\nfails on Mondays'));
  add(home, '2026-03-02T10:00:00Z', says('Something else'));
  expect(searchSessions(home, 'TEST\nfails', { onDamaged: fail })).toMatchObject([
    { id, excerpt: 'The "login" test fails on Mondays' },
  ]);
  expect(searchSessions(home, '"LOGIN"', { onDamaged: fail })).toHaveLength(1);
  // The log holds the word, but nobody said it.
  expect(searchSessions(home, 'kind', { onDamaged: fail })).toEqual([]);
});

test('an id may be cut short while it fits one session', () => {
  const home = newHome();
  const a = add(home, '2026-03-01T10:00:00Z');
  const b = add(home, '2026-03-02T10:00:00Z');
  expect(findSession(home, '20260301')).toBe(a);
  expect(findSession(home, b)).toBe(b);
  const notFound = expect.objectContaining({ code: 'session-not-found' });
  for (const prefix of ['2026', '', '9', '../x']) expect(() => findSession(home, prefix)).toThrow(notFound);
});

test('what is in use is not deleted', () => {
  const home = newHome();
  const id = add(home, '2026-03-01T10:00:00Z');
  const log = resumeLog(home, id);
  expect(() => deleteSession(home, id)).toThrow(expect.objectContaining({ code: 'session-busy' }));
  log.close();
  deleteSession(home, id);
});

test('a fork holds what was before the prompt, and outlives the other', () => {
  const home = newHome();
  const from = add(home, '2026-03-01T10:00:00Z', { kind: 'sandbox', id: 's1' }, says('One'), says('Two'));
  mkdirSync(join(home, 'sessions', from, 'results'));
  appendFileSync(join(home, 'sessions', from, 'results', 'toolu_1.txt'), 'long');
  const id = newSessionId();
  forkLog(home, { from, id, prompt: 2, sandbox: 's2', checkpoint: 'c1' });
  deleteSession(home, from);
  expect(readSession(home, id)).toMatchObject([
    { kind: 'session', id, forkedFrom: { session: from, prompt: 2 } },
    { kind: 'message', content: [{ text: 'One' }] },
    { kind: 'sandbox', id: 's2' },
    { kind: 'checkpoint', prompt: 2, name: 'c1' },
  ]);
  expect(existsSync(join(home, 'sessions', id, 'results', 'toolu_1.txt'))).toBe(true);
});
