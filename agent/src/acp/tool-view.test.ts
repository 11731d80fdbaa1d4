import { expect, test } from 'vitest';
import { viewOf } from './tool-view.js';

test.each([
  ['files__read_file', { path: 'src/a.ts', start_line: 12 }, 'Read src/a.ts', 'read', [{ path: 'src/a.ts', line: 12 }]],
  ['files__edit_file', { path: 'src/a.ts', edits: [] }, 'Edit src/a.ts', 'edit', [{ path: 'src/a.ts' }]],
  ['files__move', { from: 'a', to: 'b' }, 'Move a to b', 'move', [{ path: 'a' }, { path: 'b' }]],
  ['files__delete', { path: 'a' }, 'Delete a', 'delete', [{ path: 'a' }]],
  ['files__grep', { pattern: 'x.*y' }, 'Search for x.*y', 'search', []],
  ['commands__run_command', { command: 'npm test' }, 'Run npm test', 'execute', []],
  ['git__git_status', {}, 'Git status', 'other', []],
  ['gitlab__get_issue', { issue: '12' }, 'Read issue 12', 'fetch', []],
  ['gitlab__get_job_logs', { job: '7' }, 'Read job logs 7', 'fetch', []],
  ['gitlab__create_note', { on: '!3', body: 'Hi' }, 'Create note !3', 'other', []],
  ['weather__get_forecast', { path: '/etc/passwd' }, 'weather: get forecast', 'other', []],
  ['read_result', { id: 'x' }, 'Read on in an earlier result', 'read', []],
  // The model may call anything, with anything.
  ['', {}, ': ', 'other', []],
  ['files__read_file', { path: 7 }, 'Read …', 'read', [{ path: '…' }]],
  ['constructor', {}, 'constructor: constructor', 'other', []],
])('%s %j: %s', (tool, input, title, kind, places) => {
  expect(viewOf(tool, input)).toEqual({ title: title.trim(), kind, places });
});

test('a title is one short line in which nothing is hidden', () => {
  const { title } = viewOf('commands__run_command', { command: `a\nb\u202e${'c'.repeat(5_000)}` });
  expect(title).toMatch(/^Run a b\[U\+202E\]c+…$/);
  expect(title.length).toBeLessThanOrEqual(120);
});
