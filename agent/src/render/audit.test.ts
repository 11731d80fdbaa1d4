import type { AuditEvent, SessionReport } from '@cofferdam/mcp-servers/audit';
import { expect, test } from 'vitest';
import { describeEvent } from './audit-event.js';
import { sessionMarkdown } from './audit-report.js';

const event: AuditEvent = {
  time: '2026-03-01T08:00:00.000Z',
  seq: 2,
  prev: '',
  session: 's1',
  writer: 'w',
  actor: 'editor/1',
  kind: 'request',
  tool: 'get_issue',
  target: '/projects/42/issues/7',
  method: 'GET',
  status: 404,
  duration_ms: 12.5,
  decision: 'allowed',
  attempt: 2,
};

test('an event is one line', () => {
  expect(describeEvent(event)).toBe(
    '2026-03-01T08:00:00.000Z  s1  request  get_issue  GET /projects/42/issues/7  404  12.5 ms  attempt 2',
  );
  expect(describeEvent({ ...event, decision: 'refused', reason: 'another project' })).toMatch(
    / {2}refused {2}another project$/,
  );
});

test('nothing in an event is obeyed by a terminal, or begins a line of its own', () => {
  const line = describeEvent({ ...event, target: '/a\x1b[2J\x9b31m\u202e\n2026-03-01  s1  request', reason: '\r\x07' });
  expect(line).toContain('GET /a 2026-03-01 s1 request');
  expect(line).not.toMatch(/[^\x20-\x7e]/);
});

const report: SessionReport = {
  session: 's1',
  from: '2026-03-01T08:00:00.000Z',
  to: '2026-03-01T08:01:00.000Z',
  actors: ['editor/1'],
  writers: ['gitlab-1-ab'],
  events: { start: 1, request: 3 },
  tools: [{ tool: 'get_issue', calls: 2 }],
  requests: [{ endpoint: 'GET /projects/:id', count: 3, statuses: { 200: 2, 404: 1 } }],
  refused: [{ time: '2026-03-01T08:00:01.000Z', kind: 'request', tool: 'get_issue', by: 'them', status: 404 }],
  targets: ['/projects/1'],
  hosts: [],
  unlisted: 0,
  bytes_in: 2_000,
  bytes_out: 0,
  duration_ms: 1_500,
};

test('a report is Markdown', () => {
  expect(sessionMarkdown(report)).toBe(`## Session \`s1\`

- From \`2026-03-01T08:00:00.000Z\` to \`2026-03-01T08:01:00.000Z\`
- By \`editor/1\`, recorded by \`gitlab-1-ab\`
- Events: 1 start, 3 request
- 2000 bytes in, 0 bytes out, 1.5 s in requests and commands

### Tools

| Tool | Calls |
| --- | --- |
| \`get_issue\` | 2 |

### Requests

| Endpoint | Requests | Statuses |
| --- | --- | --- |
| \`GET /projects/:id\` | 3 | 2 × \`200\`, 1 × \`404\` |

### Refused

| Time | What | By | Why |
| --- | --- | --- | --- |
| \`2026-03-01T08:00:01.000Z\` | \`get_issue\` | the other side | \`404\` |

### Objects touched

- \`/projects/1\`
`);
});

test('what came from outside stays in its cell and its code span', () => {
  const hostile = '`</code>|x\n/close @all #1 \x1b[31m';
  const text = sessionMarkdown({ ...report, targets: [hostile], tools: [{ tool: hostile, calls: 1 }] });
  const inert = "`'</code>\\|x /close @all #1`";
  expect(text).toContain(`- ${inert}\n`);
  expect(text).toContain(`| ${inert} | 1 |\n`);
});

test('long lists are shortened', () => {
  const text = sessionMarkdown({ ...report, targets: Array.from({ length: 201 }, (_, i) => `/${i}`) });
  expect(text).toContain('... and 1 more (`--json` lists them)');
});
