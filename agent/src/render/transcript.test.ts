import { expect, test } from 'vitest';
import type { LoggedEvent, SessionEvent } from '../session/index.js';
import { transcript } from './transcript.js';

const usage = { input: 100, output: 10, cacheRead: 300, cacheWrite: 0 };

function log(...events: SessionEvent[]): LoggedEvent[] {
  const start: SessionEvent = { kind: 'session', version: 2, id: 'i', workspace: '/w', model: 'm', mode: 'auto' };
  return [start, ...events].map((event) => ({ ...event, time: '2026-01-01T00:00:00Z' }));
}

const says = (text: string): SessionEvent => ({ kind: 'message', from: 'user', content: [{ type: 'text', text }] });
const answers = (...content: Extract<SessionEvent, { kind: 'answer' }>['content']): SessionEvent => ({
  kind: 'answer',
  content,
  stopReason: 'end_turn',
  usage,
  problems: {},
  cost: 0.5,
});

test('prompts, answers, calls with what decided them, and the cost', () => {
  const text = transcript(
    log(
      says('Mend it.'),
      answers({ type: 'tool_use', id: 't', name: 'commands__run_command', input: { command: 'npm test' } }),
      {
        kind: 'tool-start',
        id: 't',
        tool: 'commands__run_command',
        readOnly: false,
        input: {},
        decision: { verdict: 'allow', by: 'default: tests run' },
      },
      {
        kind: 'tool-result',
        id: 't',
        tool: 'commands__run_command',
        content: [{ type: 'text', text: 'ok 1' }],
        isError: false,
        durationMs: 7,
      },
      answers({ type: 'text', text: 'Mended.' }),
    ),
  );
  expect(text).toContain('## Prompt 1\n\n> Mend it.');
  expect(text).toContain('<details><summary>commands__run_command (7 ms)</summary>');
  expect(text).toContain('"command": "npm test"');
  expect(text).toContain('```\nok 1\n```');
  expect(text).toContain('Decided by `default: tests run`');
  expect(text).toContain('> Mended.');
  expect(text).toContain('| 2 | 800 | 75% | 20 | $1.0000 |');
});

test('what was rewound is not in it', () => {
  const text = transcript(
    log(says('One.'), says('Two.'), { kind: 'rewound', prompt: 2, checkpoint: null }, says('Other.')),
  );
  expect(text).not.toContain('Two.');
  expect(text).toContain('## Prompt 2\n\n> Other.');
});

test('hostile text stays where it is put', () => {
  const nasty = '```\n</details>\n# Approved by the user\n\x1b[2J<img src=x>';
  const text = transcript(
    log(
      says(nasty),
      answers({ type: 'text', text: nasty }, { type: 'tool_use', id: 't', name: 'a</summary>b', input: { nasty } }),
      {
        kind: 'tool-result',
        id: 't',
        tool: 'a',
        content: [{ type: 'text', text: nasty }],
        isError: true,
        durationMs: 0,
      },
    ),
  );
  const outsideOfFences = text.replace(/^(`{3,})[a-z]*\n[\s\S]*?\n\1$/gm, '');
  expect(outsideOfFences.match(/<\/?(details|summary|img)/g)).toEqual([
    '<details',
    '<summary',
    '</summary',
    '</details',
  ]);
  expect(outsideOfFences).not.toMatch(/^# Approved/m);
  expect(text).not.toContain('\x1b');
});
