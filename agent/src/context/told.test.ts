import { expect, test } from 'vitest';
import type { SessionEvent } from '../session/index.js';
import { answer, newSession, result, userSays } from './testing.js';
import { modeNote, nestedNote, Told } from './told.js';

const cofferdamSays = (text: string): SessionEvent => ({
  kind: 'message',
  from: 'cofferdam',
  content: [{ type: 'text', text }],
});

test('a session begins with the mode of its beginning', () => {
  expect(new Told(newSession([{ kind: 'mode', mode: 'build' }])).mode).toBe('auto');
});

test('what was told counts until the conversation went back before it', () => {
  const session = newSession([userSays('One.'), answer('Ok.'), userSays('Two.')]);
  const told = new Told(session);
  expect(told.isNews(nestedNote('a/AGENTS.md'))).toBe(true);
  session.record(cofferdamSays(`${nestedNote('a/AGENTS.md')}\nUse tabs.`));
  session.record(cofferdamSays(modeNote('ask')));
  expect(new Told(session)).toMatchObject({ mode: 'ask' });
  expect(new Told(session).isNews(nestedNote('a/AGENTS.md'))).toBe(false);
  session.record({ kind: 'rewound', prompt: 2, checkpoint: null });
  expect(told.mode).toBe('auto');
  expect(told.isNews(nestedNote('a/AGENTS.md'))).toBe(true);
});

test('a result of a tool tells nothing of the kind', () => {
  const session = newSession([
    userSays('One.'),
    answer('', { call_1: { tool: 'files__read_file' } }),
    result('call_1', 'files__read_file', modeNote('ask')),
  ]);
  expect(new Told(session).mode).toBe('auto');
});
