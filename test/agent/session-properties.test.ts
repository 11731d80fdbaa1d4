// Sessions at random: whatever the user, the model and the tools do, each request is one that the API takes, and what is on
// disk is the session.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentSession } from '../../agent/src/agent/index.js';
import { readSession, resumeLog, Session } from '../../agent/src/session/index.js';
import { calls, type MessagesApi, type Reply, say, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';
import { memoryKeeper } from './memory-keeper.js';
import { type FakeTool, openPlay, type PlayOptions } from './play.js';

const tools: Record<string, FakeTool> = {
  look: { reads: true, run: ({ at = 'it' }) => `You see ${at}.` },
  act: { run: () => 'Done.' },
  fail: {
    run() {
      throw new Error('It broke.');
    },
  },
  slow: {
    run(_, signal, output) {
      output('begun');
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve('ended'), { once: true });
        setImmediate(() => resolve('slow, but done'));
      });
    },
  },
};

const name = fc.constantFrom('fake__look', 'fake__act', 'fake__fail', 'fake__slow', 'fake__none', 'read_result');
const input = fc.record({ at: fc.string({ maxLength: 5 }), n: fc.nat(3) });
const answer: fc.Arbitrary<Turn> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(fc.tuple(name, input), { minLength: 1, maxLength: 3 }).map((list) => calls(...list)),
  },
  { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 40 }).map((text) => say(`.${text}`)) },
  fc.constant<Reply>({ content: [] }),
  fc.constant<Reply>({ content: [{ type: 'tool_use', name: 'fake__act', json: '{"a": ' }] }),
  fc.constant<Reply>({ ...say('To be'), stopReason: 'max_tokens' }),
  fc.constant<Reply>({ ...say('Wait.'), stopReason: 'pause_turn' }),
  fc.constant<Reply>({ ...say('I will not'), stopReason: 'refusal' }),
  fc.constant<Reply>({ ...say('cut'), end: { cut: 5 } }),
  fc.constant<Reply>({
    content: [
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'text', text: 'Yes.' },
    ],
  }),
  fc.constant<Turn>({ status: 529 }),
  fc.constant<Turn>(
    calls([
      'update_plan',
      {
        steps: [
          { title: 'One', status: 'in_progress' },
          { title: 'Two', status: 'pending' },
        ],
      },
    ]),
  ),
);
const moment = fc.constantFrom('text-delta', 'tool-start', 'tool-output', 'tool-result', 'answer');
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('prompt' as const),
      answers: fc.array(answer, { maxLength: 5 }),
      steerAt: fc.option(moment),
      cancelAt: fc.option(moment, { freq: 4 }),
    }),
  },
  fc.record({ kind: fc.constant('rewind' as const), back: fc.nat(3) }),
  fc.record({ kind: fc.constant('mode' as const), mode: fc.constantFrom('ask', 'plan', 'build', 'auto') }),
  fc.constant({ kind: 'plan' } as const),
  fc.constant({ kind: 'compact' } as const),
  fc.constant({ kind: 'crash' } as const),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What comes next from the model; without more it is done. */
interface Model {
  api: MessagesApi;
  answers: Turn[];
}

async function model(): Promise<Model> {
  const answers: Turn[] = [];
  const next: Turn = () => answers.shift() ?? say('Done.');
  return { answers, api: await startMessagesApi(Array<Turn>(2_000).fill(next)) };
}

const text = (words: string) => [{ type: 'text' as const, text: words }];

/** What the model would be given next, and all else that follows from the log. */
function stateOf({ conversation, totals }: Pick<Session, 'conversation' | 'totals'>) {
  const { messages, mode, plan, planApproved, prompt, sources, openCalls } = conversation;
  return JSON.stringify({ messages, mode, plan, planApproved, prompt, sources: [...sources], openCalls, totals });
}

test('random sessions', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
      const { api, answers } = await model();
      const keeper = memoryKeeper();
      let listen: (kind: string, agent: AgentSession) => void = () => {};
      const options: PlayOptions = { api, keeper, tools, onEvent: ({ kind }, { agent }) => listen(kind, agent) };
      let running = await openPlay([], options);
      const { place } = running;
      let said = 0;

      async function take(next: Step): Promise<void> {
        const { agent } = running;
        const { prompt } = agent.session.conversation;
        switch (next.kind) {
          case 'prompt': {
            answers.splice(0, answers.length, ...next.answers);
            let steered = false;
            listen = (kind, at) => {
              if (kind === next.steerAt && !steered) {
                steered = true;
                void at.prompt(text(`steer ${++said}`)).catch(() => {});
              }
              if (kind === next.cancelAt) at.cancel();
            };
            await agent.prompt(text(`prompt ${++said}`));
            listen = () => {};
            break;
          }
          case 'rewind':
            if (prompt > next.back) await agent.rewind(prompt - next.back);
            break;
          case 'mode':
            agent.setMode(next.mode);
            break;
          case 'plan':
            agent.editPlan([{ id: '1', title: 'Mine', status: 'pending' }], { approve: true });
            break;
          case 'compact':
            answers.splice(0, answers.length, say('What happened so far.'));
            if (prompt > 0) await agent.compact();
            break;
          case 'crash':
            await running.close();
            running = await openPlay([], { ...options, resume: place });
            break;
        }
      }

      try {
        for (const next of steps) {
          await take(next);
          const live = running.agent.session;
          const past = readSession(place.home, place.id);
          const log = { folder: '', read: () => past, append() {}, close() {} };
          expect(stateOf(new Session(log, () => {}))).toBe(stateOf(live));
          expect(api.rejected).toEqual([]);
        }
      } finally {
        await running.close();
        await api.close();
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 40) },
  );
});

test('any beginning of a log can be gone on with', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 6 }), fc.nat(), async (script, cut) => {
      const first = await model();
      first.answers.push(...script);
      const options: PlayOptions = { tools, keeper: memoryKeeper() };
      const begun = await openPlay([], { ...options, api: first.api });
      await begun.agent.prompt(text('Begin.'));
      await begun.close();
      await first.api.close();

      const { home, id } = begun.place;
      const events = readSession(home, id);
      const kept = events.slice(0, 1 + (cut % events.length));
      const lines = kept.map((event) => `${JSON.stringify(event)}\n`).join('');
      writeFileSync(join(home, 'sessions', id, 'events.jsonl'), `${lines}{"half of`);

      const second = await model();
      const resumed = await openPlay([], { ...options, api: second.api, resume: begun.place });
      await resumed.agent.prompt(text('Go on.'));
      await resumed.close();
      expect(second.api.rejected).toEqual([]);
      expect(JSON.stringify(second.api.requests.at(-1)?.body.messages)).toContain('Go on.');
      await second.api.close();
      resumeLog(home, id).close();
    }),
    { numRuns: Number(process.env['RUNS'] ?? 40) },
  );
});
