// A session that is killed at any of its writes goes on, and does nothing twice.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { newSessionId, readSession } from '../../agent/src/session/index.js';
import { calls, type MessagesRequest, say, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';
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

async function life(...args: string[]): Promise<{ killed: boolean; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [child, ...args], (error, stdout) => {
      resolve({ killed: error?.signal === 'SIGKILL', said: stdout });
    });
  });
}

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
    const second = await life(home, id, api.url, effects);
    expect({ at, said: second.said }).toEqual({ at, said: 'done' });

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
