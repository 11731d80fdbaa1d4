import { expect, test } from 'vitest';
import type { LiveEvent } from '../loop/index.js';
import type { SessionEvent } from '../session/index.js';
import { describeCall, TerminalView } from './terminal.js';

function shown(...events: (SessionEvent | LiveEvent)[]): string {
  let text = '';
  const view = new TerminalView({ write: (part) => (text += part), columns: 60 }, {});
  for (const event of events) view.event(event);
  return text;
}

const usage = { input: 1_000, output: 50, cacheRead: 3_000, cacheWrite: 0 };
const answer = (text: string): SessionEvent => ({
  kind: 'answer',
  content: [{ type: 'text', text }],
  stopReason: 'end_turn',
  usage,
  problems: {},
});
const start: Extract<SessionEvent, { kind: 'tool-start' }> = {
  kind: 'tool-start',
  id: '1',
  tool: 'commands__run',
  readOnly: false,
  input: { command: 'npm test' },
};

test('a session begins with its project, and says nothing where there is none', () => {
  const session: SessionEvent = { kind: 'session', version: 1, id: '1', workspace: '/w', model: 'm' };
  const project = { instance: 'https://lab.example/git', path: 'group/project', remote: 'origin', branch: 'a\u202eb' };
  expect(shown({ ...session, project })).toBe('group/project on lab.example/git, branch ab\n');
  expect(shown(session)).toBe('');
});

test('streamed text is shown once', () => {
  const deltas = ['I ', 'look.'].map((text) => ({ kind: 'text-delta' as const, text }));
  expect(shown(...deltas, answer('I look.'))).toBe('I look.\n');
});

test('a session replayed from its log shows the same text', () => {
  expect(shown(answer('I look.'))).toBe('I look.\n');
});

test('a call is a line with its most telling argument; its output follows', () => {
  const output = { kind: 'tool-output' as const, id: '1', text: 'ok 1\n\x1b[2Jok 2\n' };
  expect(shown(start, output)).toBe('● commands__run npm test\n  │ ok 1\n  │ ok 2\n');
});

test('progress that repeats its last lines is shown once', () => {
  const outputs = ['1', '1\n2', '1\n2\n3', '2\n3\n4'].map((text) => ({ kind: 'tool-output' as const, id: '1', text }));
  expect(shown(...outputs)).toBe('  │ 1\n  │ 2\n  │ 3\n  │ 4\n');
});

test('of much output only the beginning is shown', () => {
  const output = {
    kind: 'tool-output' as const,
    id: '1',
    text: Array.from({ length: 100 }, (_, i) => `x${i}`).join('\n'),
  };
  expect(
    shown(start, output)
      .split('\n')
      .filter((line) => line.includes('│')),
  ).toHaveLength(41);
});

const result = (text: string, isError = false): SessionEvent => ({
  kind: 'tool-result',
  id: '1',
  tool: 'commands__run',
  content: [{ type: 'text', text }],
  isError,
  durationMs: 5,
});

test('a call that did something says what, one that only read does not', () => {
  expect(shown(start, result('Exit code 1.\nMore.'))).toBe('● commands__run npm test\n  └ Exit code 1.\n');
  expect(shown({ ...start, readOnly: true }, result('Exit code 1.\nMore.'))).toBe('● commands__run npm test\n');
});

test('a failed call says why, and which it was when it was never started', () => {
  expect(shown(start, result('No.\nWhy.', true))).toBe('● commands__run npm test\n  ✗ No. Why.\n');
  expect(shown(result('No.\nWhy.', true))).toBe('  ✗ commands__run: No. Why.\n');
});

test('a plan is shown with its ticks', () => {
  const steps = [
    { title: 'Read', status: 'done' as const },
    { title: 'Mend\x1b[2J', status: 'in_progress' as const },
    { title: 'Test', status: 'pending' as const },
  ];
  expect(shown({ kind: 'plan', steps })).toBe('Plan\n  ✔ Read\n  ▸ Mend\n  ○ Test\n');
});

test('text that is void is told so, and what follows starts on a line of its own', () => {
  const events: LiveEvent[] = [
    { kind: 'text-delta', text: 'Half' },
    { kind: 'retry', reason: 'HTTP 529: busy.', delayMs: 1_500 },
  ];
  expect(shown(...events)).toBe('Half\nHTTP 529: busy. Asking again in 2 s.\n');
});

test('the end says what it took', () => {
  const stop: SessionEvent = { kind: 'stop', reason: 'stuck', message: 'It went in circles.' };
  expect(shown(answer('Hm.'), stop)).toBe(
    'Hm.\nIt went in circles.\n1 turn · 4.0k tokens in (75% cached) · 50 out · 0 s\n',
  );
});

test.each([
  ['files__grep', { glob: '*.ts', pattern: 'sum' }, 'files__grep sum'],
  ['commands__run', { command: ['npm', 'test'] }, 'commands__run ["npm","test"]'],
  ['git__status', {}, 'git__status'],
  ['x\x1b[2J', { path: 'a\nb' }, 'x a b'],
])('%s is described by its key argument', (tool, input, line) => {
  expect(describeCall(tool, input, 60)).toBe(line);
});
