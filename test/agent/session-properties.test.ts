// Sessions at random: whatever the user, the model and the tools do, each request is one that the API takes, what is on disk is
// the session, and what was gone back from is gone, in files and in words.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outcome } from '../../agent/src/loop/index.js';
import { readSession, Session } from '../../agent/src/session/index.js';
import { calls, type MessagesApi, type Reply, say, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';
import { temporaryFolder } from '../support/workspaces.js';
import { type MemoryKeeper, memoryKeeper } from './memory-keeper.js';
import { type FakeTool, openPlay, type PlayOptions, type Running } from './play.js';

const runs = { numRuns: Number(process.env['RUNS'] ?? 250) };

function toolsOn({ files }: MemoryKeeper): Record<string, FakeTool> {
  return {
    look: { reads: true, run: ({ at = 'it' }) => `You see ${at}.` },
    write: {
      run({ at, n }) {
        files.set(String(n), String(at));
        return 'Written.';
      },
    },
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
}

const name = fc.constantFrom(
  'fake__look',
  'fake__write',
  'fake__write',
  'fake__fail',
  'fake__slow',
  'fake__none',
  'read_result',
);
const input = fc.record({ at: fc.string({ maxLength: 5 }), n: fc.nat(3) });
const answer: fc.Arbitrary<Turn> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(fc.tuple(name, input), { minLength: 1, maxLength: 3 }).map((list) => calls(...list)),
  },
  { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 40 }).map((text) => say(`.${text}`)) },
  fc.constant<Reply>({ content: [] }),
  fc.constant<Reply>({ content: [{ type: 'tool_use', name: 'fake__write', json: '{"a": ' }] }),
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
/** The second answer, the first checkpoint, ... */
const moment = fc.record({
  kind: fc.constantFrom('text-delta', 'tool-start', 'tool-output', 'tool-result', 'answer', 'stop', 'checkpoint'),
  nth: fc.integer({ min: 1, max: 3 }),
});
const work = fc.record({
  kind: fc.constantFrom('prompt', 'prompt', 'resume'),
  answers: fc.array(answer, { maxLength: 5 }),
  steerAt: fc.option(moment, { freq: 2 }),
  cancelAt: fc.option(moment, { freq: 2 }),
});
/** From the latest. */
const back = fc.constantFrom(0, 0, 0, 1, 2, 3);
const step = fc.oneof(
  { weight: 9, arbitrary: work },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('rewind' as const), back }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('fork' as const), back: fc.option(back), stay: fc.boolean() }),
  },
  fc.record({
    kind: fc.constant('mode' as const),
    mode: fc.constantFrom('ask', 'plan', 'build', 'auto', 'auto', 'auto', 'auto'),
  }),
  fc.record({ kind: fc.constant('plan' as const), approve: fc.boolean() }),
  fc.constant({ kind: 'clear' } as const),
  fc.constant({ kind: 'compact' } as const),
  fc.constant({ kind: 'restart' } as const),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Work = typeof work extends fc.Arbitrary<infer W> ? W : never;

const text = (words: string) => [{ type: 'text' as const, text: words }];

/** What the model would be given next, and all else that follows from the log. */
function stateOf({ conversation, totals, facts }: Pick<Session, 'conversation' | 'totals' | 'facts'>): string {
  const { messages, mode, plan, planApproved, prompt, sources, openCalls, atRest } = conversation;
  const checkpoints = Array.from({ length: prompt + 1 }, (_, i) => facts.checkpointBefore(i + 1));
  const said = { messages, mode, plan, planApproved, prompt, sources: [...sources], openCalls, atRest };
  return JSON.stringify({ ...said, totals, facts: { ...facts, start: facts.start?.id }, checkpoints });
}

/** The session as its log has it. */
function onDisk({ home, id }: Running['place']): Session {
  const past = readSession(home, id);
  return new Session({ folder: '', read: () => past, append() {}, close() {} }, () => {});
}

/** Looks at one session in as many events. */
const oftenEnough = 7;

/** A user at random, with a model that plays along, and what both must find true. */
class Table {
  readonly #answers: Turn[] = [];
  readonly #api: MessagesApi;
  #running!: Running;
  #keeper = memoryKeeper();
  /** Words of each prompt that stands, and the files as they were when it was said; undefined where that was in a run. */
  #standing: { words: string; files: string | undefined }[] = [];
  /** Words that must not come to the model any more. */
  #gone: readonly string[] = [];
  /** Requests before that may hold them. */
  #since = 0;
  #said = 0;
  #questions = 0;
  #events = 0;
  /** What was on disk, and what in memory, in the middle of runs. */
  readonly #met: [disk: string, memory: string][] = [];
  #listen: (kind: string) => void = () => {};

  static async open(): Promise<Table> {
    const answers: Turn[] = [];
    const next: Turn = () => answers.shift() ?? say('Done.');
    const table = new Table(await startMessagesApi(Array<Turn>(2_000).fill(next)), answers);
    await table.#sit();
    return table;
  }

  private constructor(api: MessagesApi, answers: Turn[]) {
    this.#api = api;
    this.#answers = answers;
  }

  get place(): Running['place'] {
    return this.#running.place;
  }

  async close(): Promise<void> {
    await this.#running.close();
    await this.#api.close();
  }

  async take(next: Step): Promise<void> {
    const { agent } = this.#running;
    const { prompt } = agent.session.conversation;
    switch (next.kind) {
      case 'prompt':
      case 'resume':
        await this.#work(next);
        break;
      case 'rewind':
        if (prompt > next.back) await this.#rewind(prompt - next.back);
        break;
      case 'fork':
        if (next.back === null || prompt > next.back)
          await this.#fork(next.back === null ? undefined : prompt - next.back, next.stay);
        break;
      case 'mode':
        agent.setMode(next.mode);
        break;
      case 'plan':
        agent.editPlan([{ id: '1', title: 'Mine', status: 'pending' }], { approve: next.approve });
        break;
      case 'clear':
        agent.session.record({ kind: 'cleared', ids: resultsIn(agent.session).filter((_, i) => i % 2 === 0) });
        break;
      case 'compact':
        this.#answers.splice(0, this.#answers.length, say('What happened so far.'));
        if (prompt > 0) await agent.compact();
        break;
      case 'restart':
        await this.#running.close();
        await this.#sit(this.place);
        break;
    }
    this.check();
  }

  check(): void {
    const { session } = this.#running.agent;
    for (const [disk, memory] of this.#met.splice(0)) expect(disk).toBe(memory);
    expect(stateOf(onDisk(this.place))).toBe(stateOf(session));
    expect(session.conversation.prompt).toBe(this.#standing.length);
    expect(this.#api.rejected).toEqual([]);
    const asked = JSON.stringify(this.#api.requests.slice(this.#since).map(({ body }) => body.messages));
    expect(this.#gone.filter((words) => asked.includes(words))).toEqual([]);
  }

  async #sit(resume?: Running['place']): Promise<void> {
    const options: PlayOptions = {
      api: this.#api,
      keeper: this.#keeper,
      tools: toolsOn(this.#keeper),
      asker: { ask: async () => ({ allowed: ++this.#questions % 3 !== 0 }) },
      onEvent: (event) => this.#event(event.kind),
      ...(resume && { resume }),
    };
    this.#running = await openPlay([], options);
  }

  #event(kind: string): void {
    this.#events += 1;
    const live = this.#running?.agent.session;
    if (live && this.#events % oftenEnough === 0) this.#met.push([stateOf(onDisk(this.place)), stateOf(live)]);
    this.#listen(kind);
  }

  #forget(words: readonly string[]): void {
    this.#gone = words;
    this.#since = this.#api.requests.length;
  }

  /** Words like no others, of a prompt that stands from now on. */
  #say(files?: string): string {
    this.#said += 1;
    const words = `«${this.#said}»`;
    this.#standing.push({ words, files });
    return words;
  }

  #filesNow(): string {
    return JSON.stringify([...this.#keeper.files].sort());
  }

  async #work({ kind, answers, steerAt, cancelAt }: Work): Promise<void> {
    this.#answers.splice(0, this.#answers.length, ...answers);
    const { agent } = this.#running;
    const { conversation } = agent.session;
    const steers: Promise<Outcome>[] = [];
    const seen = new Map<string, number>();
    this.#listen = (happened) => {
      const nth = (seen.get(happened) ?? 0) + 1;
      seen.set(happened, nth);
      const is = (at: Work['steerAt']) => at?.kind === happened && at.nth === nth;
      // A call that has begun changes files without asking first.
      if (is(steerAt))
        steers.push(agent.prompt(text(this.#say(happened === 'tool-start' ? undefined : this.#filesNow()))));
      if (is(cancelAt)) agent.cancel();
    };
    const goesOn = kind === 'resume' && conversation.messages.length > 0 && !conversation.atRest;
    // To go on where nothing is left to do is a prompt as well, in Cofferdam's words.
    const words = goesOn ? undefined : this.#say(this.#filesNow());
    const first = await (kind === 'resume' ? agent.resume() : agent.prompt(text(words ?? '')));
    const outcomes = [first, ...(await Promise.all(steers))];
    this.#listen = () => {};
    expect(agent.session.conversation.openCalls).toEqual([]);
    if (outcomes.every(({ reason }) => reason === 'done')) expect(agent.session.conversation.atRest).toBe(true);
  }

  async #rewind(prompt: number): Promise<void> {
    const { agent } = this.#running;
    const undone = this.#standing.splice(prompt - 1);
    this.#forget([...this.#gone, ...undone.map(({ words }) => words)]);
    await agent.rewind(prompt);
    const { files } = undone[0] ?? {};
    if (files !== undefined) expect(this.#filesNow()).toBe(files);
  }

  async #fork(prompt: number | undefined, stay: boolean): Promise<void> {
    const one = this.#running;
    const here = { place: this.place, keeper: this.#keeper, standing: this.#standing, gone: this.#gone };
    const before = [this.#filesNow(), JSON.stringify(one.agent.session.conversation.messages)];
    const id = await one.agent.fork(prompt);
    const sandbox = [...this.#keeper.forks.values()].at(-1);
    if (!sandbox) throw new Error('There is no sandbox.');

    this.#keeper = sandbox;
    this.#standing = here.standing.slice(0, prompt === undefined ? undefined : prompt - 1);
    this.#forget([...here.gone, ...here.standing.slice(this.#standing.length).map(({ words }) => words)]);
    await one.close();
    await this.#sit({ home: here.place.home, id });
    const { files } = here.standing[this.#standing.length] ?? {};
    if (files !== undefined) expect(this.#filesNow()).toBe(files);
    await this.#work({
      kind: 'prompt',
      answers: [calls(['fake__write', { at: 'fork', n: 9 }])],
      steerAt: null,
      cancelAt: null,
    });
    this.check();
    if (stay) return;

    await this.#running.close();
    // Its prompts are none of the other's.
    this.#forget([...here.gone, ...this.#standing.slice(-1).map(({ words }) => words)]);
    this.#keeper = here.keeper;
    this.#standing = here.standing;
    await this.#sit(here.place);
    const { messages } = this.#running.agent.session.conversation;
    expect([this.#filesNow(), JSON.stringify(messages)]).toEqual(before);
  }
}

function resultsIn({ conversation }: Session): string[] {
  const blocks = conversation.messages.flatMap(({ content }) => content);
  return blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
}

/** A copy of a session as a crash leaves it: with some of its events, and half of one more. */
function cutShort({ home, id }: Running['place'], at: number): Running['place'] {
  const copy = temporaryFolder();
  cpSync(home, copy, { recursive: true, filter: (path) => !path.endsWith('.lock') });
  const file = join(copy, 'sessions', id, 'events.jsonl');
  const lines = readFileSync(file, 'utf8').split(/(?<=\n)/);
  const kept = 1 + (at % (lines.length - 1));
  writeFileSync(file, `${lines.slice(0, kept).join('')}${lines[kept]?.slice(0, 30) ?? ''}`);
  return { home: copy, id };
}

const cuts = 3;

test('random sessions, each also gone on with from any of its events', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 14 }),
      fc.array(fc.nat(10_000), { minLength: cuts, maxLength: cuts }),
      async (steps, places) => {
        const table = await Table.open();
        try {
          for (const next of steps) await table.take(next);
          for (const at of places) await goOnFrom(cutShort(table.place, at));
        } finally {
          await table.close();
        }
      },
    ),
    runs,
  );
});

/** After a crash at any event the API takes what follows, the words reach the model, and disk and memory agree. */
async function goOnFrom(place: Running['place']): Promise<void> {
  const keeper = memoryKeeper();
  // What was kept before the crash is no matter here.
  keeper.restore = async () => ({ restored: 0, removed: 0, conflicts: [] });
  const api = await startMessagesApi([
    calls(['fake__look', {}], ['fake__write', { n: 1 }]),
    say('Done.'),
    say('Done.'),
  ]);
  const resumed = await openPlay([], { api, keeper, tools: toolsOn(keeper), resume: place });
  try {
    const { reason } = await resumed.agent.prompt(text('Go on, please.'));
    expect(reason).toBe('done');
    expect(api.rejected).toEqual([]);
    expect(JSON.stringify(api.requests.at(-1)?.body.messages)).toContain('Go on, please.');
    expect(stateOf(onDisk(place))).toBe(stateOf(resumed.agent.session));
  } finally {
    await resumed.close();
    await api.close();
  }
}
