import { expect, test } from 'vitest';
import { answer, callOf, newSession, result, userSays } from '../testing.js';
import { readResultTool } from './read-result.js';
import { ResultStore } from './store.js';

const signal = new AbortController().signal;
const whole = Array.from({ length: 5_000 }, (_, i) => `row ${i + 1}\n`).join('');

async function read(input: Record<string, unknown>, source: string | undefined = 'output of npm test') {
  const session = newSession([
    userSays('Go.'),
    answer('', { call_1: { tool: 'commands__run_command' } }),
    result('call_1', 'commands__run_command', 'cut', source),
  ]);
  const store = new ResultStore(session.folder);
  store.keep('call_1', whole);
  const outcome = await readResultTool(session, store).run(callOf('read_result', input), signal);
  const [block] = outcome.content;
  return { ...outcome, text: block?.type === 'text' ? block.text : '' };
}

test('reads on where the note under the result says', async () => {
  const { text } = await read({ id: 'call_1', from_line: 2_000, lines: 3 });
  expect(text).toMatch(/^<outside-.* source="output of npm test".*\n2000\trow 2000\n2001\trow 2001\n2002\trow 2002\n</);
  expect(text).toContain('\n[Up to line 2002 of 5000. Read on with from_line 2003.]');
});

test('it is the same source as the result was', async () => {
  expect(await read({ id: 'call_1' })).toMatchObject({ source: 'output of npm test' });
});

test('a page is bounded, and the pages together are everything', async () => {
  const rows: string[] = [];
  for (let from: number | undefined = 1; from !== undefined; ) {
    const { text } = await read({ id: 'call_1', from_line: from, lines: 2_000 });
    expect(text.length).toBeLessThan(24_000);
    rows.push(...[...text.matchAll(/^\d+\t(row \d+)$/gm)].map(([, row]) => `${row}\n`));
    const next = /from_line (\d+)/.exec(text)?.[1];
    from = next === undefined ? undefined : Number(next);
  }
  expect(rows.join('')).toBe(whole);
});

test('finds lines by their text', async () => {
  const { text } = await read({ id: 'call_1', grep: 'ROW 499' });
  expect(text.match(/^\d+\trow/gm)).toHaveLength(11);
  expect((await read({ id: 'call_1', grep: 'absent' })).text).toBe('No line from 1 on holds "absent".');
});

test('a result that was short comes from the session itself', async () => {
  const session = newSession([
    userSays('Go.'),
    answer('', { call_2: { tool: 'files__grep' } }),
    result('call_2', 'files__grep', 'found', 'search for x'),
    { kind: 'cleared', ids: ['call_2'] },
  ]);
  const tool = readResultTool(session, new ResultStore(session.folder));
  expect(JSON.stringify(await tool.run(callOf('read_result', { id: 'call_2' }), signal))).toContain('1\\tfound');
});

test('says what is wrong with what it is asked', async () => {
  expect(await read({ id: '../../etc/passwd' })).toMatchObject({
    isError: true,
    text: 'There is no result "../../etc/passwd". Make the call again.',
  });
  expect((await read({ id: 'call_1', from_line: 9_000 })).text).toBe(
    'The result has 5000 lines; there is no line 9000.',
  );
  expect((await read({ id: 'call_1', from_line: 0 })).text).toMatch(/^Not run: /);
});
