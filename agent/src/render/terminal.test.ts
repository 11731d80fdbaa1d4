import { expect, test } from 'vitest';
import type { LiveEvent } from '../loop/index.js';
import type { SessionEvent } from '../session/index.js';
import { describeCall, TerminalView } from './terminal.js';

function shown(...events: (SessionEvent | LiveEvent)[]): string {
  let text = '';
  const view = new TerminalView({ write: (part) => (text += part), columns: 60 }, { env: {} });
  for (const event of events) view.event(event);
  return text;
}

const user = (text: string): SessionEvent => ({ kind: 'message', from: 'user', content: [{ type: 'text', text }] });

const usage = { input: 1_000, output: 50, cacheRead: 3_000, cacheWrite: 0 };
const answer = (text: string): SessionEvent => ({
  kind: 'answer',
  content: [{ type: 'text', text }],
  stopReason: 'end_turn',
  usage,
  cost: 0.02,
  problems: {},
});
const start: Extract<SessionEvent, { kind: 'tool-start' }> = {
  kind: 'tool-start',
  id: '1',
  tool: 'commands__run',
  readOnly: false,
  input: { command: 'npm test' },
  decision: { verdict: 'allow', by: 'default' },
};

test('a session begins with what it is, and its project', () => {
  const session: SessionEvent = { kind: 'session', version: 2, id: '1', workspace: '/w', model: 'm', mode: 'plan' };
  const project = { instance: 'https://lab.example/git', path: 'group/project', remote: 'origin', branch: 'a\u202eb' };
  expect(shown(session, { kind: 'project', project })).toBe(
    'Session 1 · m · plan\ngroup/project on lab.example/git, branch ab\n',
  );
  expect(shown({ kind: 'project', project: null })).toBe('');
});

test('what is said while the agent works is marked as such, and what was typed is shown once', () => {
  let text = '';
  const view = new TerminalView({ write: (part) => (text += part) }, { env: {} });
  view.said('Mend it');
  view.event(user('Mend it'));
  view.said('With a test');
  view.event(user('With a test'));
  view.event({ kind: 'stop', reason: 'done', message: 'Done.' });
  view.event(user('Thanks'));
  expect(text.replace(/^.*turns.*\n/m, '')).toBe(
    '> Mend it\n> With a test\n  will be read at the next step\n> Thanks\n',
  );
});

test('prompts are numbered where they are to be gone back to, and a rewind counts from there on', () => {
  let text = '';
  const view = new TerminalView({ write: (part) => (text += part) }, { env: {}, numbered: true });
  const events = [user('One'), user('Two'), { kind: 'rewound', prompt: 2, checkpoint: 'c2' } as const, user('Other')];
  for (const event of events) view.event(event);
  expect(text).toBe('1 > One\n2 > Two\nBack to before prompt 2.\n2 > Other\n');
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
    { id: '1', title: 'Read', status: 'done' as const },
    { id: '2', title: 'Mend\x1b[2J', status: 'in_progress' as const },
    { id: '3', title: 'Test', status: 'pending' as const },
  ];
  expect(shown({ kind: 'plan', by: 'model', steps })).toBe('Plan\n  ✔ Read\n  ▸ Mend\n  ○ Test\n');
});

test('a call names the step that it belongs to', () => {
  const steps = [
    { id: 'a', title: 'Read', status: 'done' as const },
    { id: 'b', title: 'Mend', status: 'in_progress' as const },
  ];
  expect(shown({ kind: 'plan', by: 'user', steps }, { ...start, step: 'b' })).toContain(
    'Plan, as you edited it\n  ✔ Read\n  ▸ Mend\n● commands__run npm test (step 2)\n',
  );
});

test('an answer of always says which line stands in the policy now', () => {
  const approval = { kind: 'approval' as const, subject: '1', tool: 'files__write_file', allowed: true };
  expect(shown({ ...approval, remembered: 'allow: files.write_file: src/**' })).toBe(
    'In your policy from now on: allow: files.write_file: src/**\n',
  );
  expect(shown({ ...approval, allowed: false, reason: 'no' })).toBe('Denied: files__write_file\n');
});

test('what could not be kept or applied is told', () => {
  expect(shown({ kind: 'checkpoint', prompt: 2, name: null, reason: 'Disk full.' })).toBe(
    'The files before prompt 2 are not kept. Disk full.\n',
  );
  expect(shown({ kind: 'checkpoint', prompt: 2, name: 'c2' })).toBe('');
  const conflicts = [{ path: 'b\x1b[2J', reason: 'it changed' }];
  expect(shown({ kind: 'applied', applied: ['a'], conflicts, refused: [] })).toBe(
    'Applied 1 file to the workspace.\nNot applied: b: it changed\n',
  );
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
    'Hm.\nIt went in circles.\n1 turn · 4.0k tokens in (75% cached) · 50 out · $0.02 · 0 s\n',
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
