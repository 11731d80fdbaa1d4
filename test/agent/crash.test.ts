// A session that is killed at any of its writes goes on, and does nothing twice.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { newSessionId, readSession } from '../../agent/src/session/index.js';
import { calls, gate, type MessagesRequest, say, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';
import { bundleChild } from '../support/bundle-child.js';
import { temporaryFolder } from '../support/workspaces.js';

let child: string;
beforeAll(async () => {
  child = join(temporaryFolder(), 'crash-child.mjs');
  await bundleChild(fileURLToPath(new URL('../..', import.meta.url)), 'test/agent/crash-child.ts', child);
});

/** Acts once for each number, two at a time; goes by what it called before, whatever came of that. */
const acting: Turn = ({ body }: MessagesRequest) => {
  const called = body.messages.flatMap(({ content }) =>
    Array.isArray(content) ? content.filter(({ type }) => type === 'tool_use') : [],
  ).length;
  return called < 4 ? calls(['fake__act', { n: called }], ['fake__act', { n: called + 1 }]) : say('All done.');
};

interface Life {
  killed: boolean;
  /** Events, as the user saw them. */
  shown: unknown[];
  /** How it ended by itself. */
  reason: string | undefined;
}

async function life(...args: string[]): Promise<Life> {
  return new Promise((resolve) => {
    execFile(process.execPath, [child, ...args], { maxBuffer: 2 ** 24 }, (error, stdout) => {
      const shown = jsonLines(stdout);
      const killed = error?.signal === 'SIGKILL';
      const reason = killed ? undefined : String(shown.pop()?.['reason']);
      resolve({ killed, shown, reason });
    });
  });
}

const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const logOf = (home: string, id: string) => readSession(home, id).map(({ time: _, ...event }) => event);

test.each(['before', 'after'])('killed right %s each write of the log', { timeout: 180_000 }, async (side) => {
  const api = await startMessagesApi(Array<Turn>(1_000).fill(acting));
  let at = 0;
  for (;;) {
    at += 1;
    const home = temporaryFolder();
    const id = newSessionId();
    const effects = join(home, 'effects');
    const first = await life(home, id, api.url, effects, side, String(at));
    if (!first.killed) break;
    // What the user saw is there, all of it and in its order.
    if (first.shown.length > 0) expect(logOf(home, id).slice(0, first.shown.length)).toEqual(first.shown);
    const { reason } = await life(home, id, api.url, effects);
    expect({ at, reason }).toEqual({ at, reason: 'done' });

    const acted = existsSync(effects) ? readFileSync(effects, 'utf8').trim().split('\n') : [];
    expect({ at, twice: acted.length - new Set(acted).size }).toEqual({ at, twice: 0 });
    // What was not done, or may have been, is known to the model.
    const told = JSON.stringify(readSession(home, id).filter(({ kind }) => kind === 'tool-result'));
    for (const n of ['0', '1', '2', '3']) {
      if (!acted.includes(n)) expect({ at, told }).toMatchObject({ told: expect.stringMatching(/Not run|unknown/) });
    }
  }
  // Every write was one to die at: begin, prompt, checkpoints, two answers with two calls each, the last answer, stop.
  expect(at).toBeGreaterThan(14);
  expect(api.rejected).toEqual([]);
  await api.close();
});

test('of two that resume what was killed, one has it', async () => {
  const hold = gate();
  const held: Turn = { ...say('All done.'), hold: { after: 1, gate: hold } };
  const api = await startMessagesApi([acting, held]);
  const home = temporaryFolder();
  const place = [home, newSessionId(), api.url, join(home, 'effects')];
  expect(await life(...place, 'after', '6')).toMatchObject({ killed: true });
  const owner = life(...place);
  await hold.reached;
  expect(await life(...place)).toEqual({ killed: false, shown: [], reason: 'session-busy' });
  hold.open();
  expect(await owner).toMatchObject({ reason: 'done' });
  await api.close();
});
