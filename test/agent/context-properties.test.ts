// Whatever happens in whatever order, the API takes the conversation, and the task is in it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordOf } from '../../agent/src/context/compaction/index.js';
import { cutMiddle } from '../../agent/src/context/results/cut.js';
import { lineStarts } from '../../agent/src/context/results/lines.js';
import { clearable } from '../../agent/src/context/room/clear.js';
import { createLog, newSessionId, Session } from '../../agent/src/session/index.js';
import { ThinkingMemory } from '../fakes/messages-api/thinking-memory.js';
import { findFault } from '../fakes/messages-api/validate/index.js';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4_000 }),
  fc.array(fc.string({ maxLength: 200 }), { maxLength: 400 }).map((lines) => lines.join('\n')),
);

test('what is shown and what is said to be missing make up the whole', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 100, max: 2_000 }), (whole, max) => {
      const cut = cutMiddle(whole, max);
      if (!cut) return whole.length <= max;
      const starts = lineStarts(whole);
      const { from, to, of } = cut.missing;
      const missing = whole.slice(starts[from - 1], starts[to]);
      const [head = '', tail = ''] = cut.text.split(`[... lines ${from} to ${to} of ${of} are not shown ...]\n`);
      expect(of).toBe(starts.length - 1);
      expect([`${head.replace(/\n$/, '')}`, missing, tail].join('').replaceAll('\n', '')).toBe(
        whole.replaceAll('\n', ''),
      );
      return cut.text.length <= max + 100;
    }),
  );
});

const step = fc.oneof(
  fc.record({ kind: fc.constant('prompt' as const) }),
  fc.record({ kind: fc.constant('answer' as const), calls: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ kind: fc.constant('clear' as const), turns: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ kind: fc.constant('compact' as const), summary: fc.string({ maxLength: 40 }) }),
  fc.record({ kind: fc.constant('rewind' as const), prompt: fc.nat() }),
  fc.record({ kind: fc.constant('resume' as const) }),
);

test('after any steps the conversation is one that the API takes, and a record keeps every prompt', () => {
  const home = mkdtempSync(join(tmpdir(), 'cofferdam-steps-'));
  try {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const session = new Session(createLog(home, newSessionId()), () => {});
        let count = 0;
        const say = () => {
          const content = [{ type: 'text' as const, text: `Task ${++count}.` }];
          session.record({ kind: 'message', from: 'user', content });
        };
        session.record({ kind: 'session', version: 2, id: 'x', workspace: '/w', model: 'any', mode: 'auto' });
        say();
        for (const one of steps) {
          const { conversation } = session;
          switch (one.kind) {
            case 'prompt':
              say();
              break;
            case 'answer':
              answer(session, one.calls, ++count);
              break;
            case 'clear': {
              const { ids } = clearable(conversation, Number.POSITIVE_INFINITY, one.turns);
              if (ids.length > 0) session.record({ kind: 'cleared', ids });
              break;
            }
            case 'compact':
              session.record({ kind: 'compacted', content: recordOf(session, one.summary) });
              break;
            case 'rewind':
              session.record({ kind: 'rewound', prompt: 1 + (one.prompt % conversation.prompt), checkpoint: null });
              say();
              break;
            case 'resume':
              break;
          }
          expect(faultIn(session)).toBeUndefined();
        }
        const prompts = session.conversation.prompt;
        const said = JSON.stringify(recordOf(session, ''));
        for (let prompt = 1; prompt <= prompts; prompt++) expect(said).toContain(`## Prompt ${prompt}\\nTask `);
        session.close();
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(home, { recursive: true });
  }
});

function answer(session: Session, calls: number, number: number): void {
  const ids = Array.from({ length: calls }, (_, i) => `call_${number}_${i}`);
  session.record({
    kind: 'answer',
    content: [
      { type: 'text', text: `Answer ${number}.` },
      ...ids.map((id) => ({ type: 'tool_use' as const, id, name: 'files__read_file', input: {} })),
    ],
    stopReason: calls > 0 ? 'tool_use' : 'end_turn',
    usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 },
    cost: 0,
    problems: {},
  });
  for (const id of ids) {
    const content = [{ type: 'text' as const, text: 'x'.repeat(1_500) }];
    session.record({ kind: 'tool-result', id, tool: 'files__read_file', content, isError: false, durationMs: 0 });
  }
}

/** As the API would say it of the next request. */
function faultIn({ conversation }: Session): string | undefined {
  const { messages: said } = conversation;
  const more = { role: 'user' as const, content: 'Go on.' };
  const messages = said.at(-1)?.role === 'user' ? said : [...said, more];
  return findFault(
    { model: 'claude-sonnet-5', max_tokens: 100, stream: true, messages },
    { thinking: new ThinkingMemory(false), paused: false },
  );
}
