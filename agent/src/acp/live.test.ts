import { expect, test } from 'vitest';
import { plainClient } from './client.js';
import { LiveUpdates } from './live.js';

test('progress is a notice where the editor shows notices, else a thought', () => {
  const event = { kind: 'progress', text: 'Copying\n12 files' } as const;
  expect(new LiveUpdates({ ...plainClient, notices: true }).of(event)).toEqual([
    { sessionUpdate: 'notice', severity: 'info', title: 'Copying 12 files' },
  ]);
  expect(new LiveUpdates(plainClient).of(event)).toEqual([
    { sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'Copying\n12 files\n' } },
  ]);
});

test('a retry makes void only what was said since the last answer', () => {
  const updates = new LiveUpdates(plainClient);
  const retry = { kind: 'retry', reason: 'HTTP 529', delayMs: 1_500 } as const;
  const kinds = () => updates.of(retry).map(({ sessionUpdate }) => sessionUpdate);
  expect(kinds()).toEqual(['agent_thought_chunk']);
  updates.of({ kind: 'text-delta', text: 'Half' });
  expect(kinds()).toEqual(['agent_message_chunk']);
  updates.of({ kind: 'text-delta', text: 'Whole.' });
  updates.answered();
  expect(kinds()).toEqual(['agent_thought_chunk']);
});

test('of long output the newest is shown, and nothing is kept once the call has ended', () => {
  const updates = new LiveUpdates(plainClient);
  const shown = (text: string) => JSON.stringify(updates.of({ kind: 'tool-output', id: 'c', text }));
  for (let line = 0; line < 2_000; line++) shown(`line ${line} ${'x'.repeat(40)}`);
  const last = shown('the end');
  expect(last.length).toBeLessThan(42_000);
  expect(last).toContain('line 1999');
  expect(last).not.toContain('line 1 ');
  updates.ended('c');
  expect(shown('anew')).toContain('```\\nanew\\n```');
});
