// The agent against a model that misbehaves in every way the API allows.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AgentSession, CardAnswer } from '../../agent/src/agent/index.js';
import { nobody, type Question } from '../../agent/src/policy/index.js';
import { newSessionId } from '../../agent/src/session/index.js';
import { call, calls, fail, gate, type Reply, say, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';
import { type FakeTool, play } from './play.js';

const look: FakeTool = { reads: true, run: ({ at = 'it' }) => `You see ${at}.` };

function counter(): FakeTool & { count: number } {
  const tool = { count: 0, run: () => `Done ${++tool.count} times.` };
  return tool;
}

test('asks, calls, answers and is done, all of it logged in order', async () => {
  const { outcome, api, events } = await play([call('fake__look', { at: 'a tree' }), say('A tree.')], {
    tools: { look },
  });
  expect(outcome).toEqual({ reason: 'done', message: 'The model is done.' });
  expect(events.map(({ kind }) => kind).filter((kind) => kind !== 'checkpoint')).toEqual([
    'session',
    'message',
    'sandbox',
    'answer',
    'tool-start',
    'tool-result',
    'answer',
    'stop',
  ]);
  expect(api).toMatchObject({ rejected: [], remaining: 0 });
});

test('the text is shown as it comes', async () => {
  const { live } = await play([say('One sentence that is longer than a chunk.')]);
  const deltas = live.flatMap((event) => (event.kind === 'text-delta' ? [event.text] : []));
  expect(deltas.length).toBeGreaterThan(1);
  expect(deltas.join('')).toBe('One sentence that is longer than a chunk.');
});

test('output of a running tool is shown as it comes', async () => {
  const noisy: FakeTool = {
    run(_, __, output) {
      output('line 1\n');
      return 'ok';
    },
  };
  const { live } = await play([call('fake__noisy'), say('Ok.')], { tools: { noisy } });
  expect(live).toContainEqual(expect.objectContaining({ kind: 'tool-output', text: 'line 1\n' }));
});

test('calls that only read run at the same time', async () => {
  const waiting: (() => void)[] = [];
  // Each waits for the other: one after the other they would never end.
  const meet: FakeTool = {
    reads: true,
    async run() {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 2) for (const go of waiting) go();
      });
      return 'met';
    },
  };
  const { told } = await play([calls(['fake__meet', {}], ['fake__meet', {}]), say('Ok.')], { tools: { meet } });
  expect(told.map(({ text }) => text)).toEqual(['met', 'met']);
});

test('as soon as one of them writes, calls run one after the other', async () => {
  const order: string[] = [];
  const write: FakeTool = {
    async run({ name }) {
      order.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
      return '';
    },
  };
  const script = [
    calls(['fake__write', { name: 'a' }], ['fake__look', {}], ['fake__write', { name: 'b' }]),
    say('Ok.'),
  ];
  await play(script, { tools: { write, look } });
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('each request can use the cache that the one before it wrote', async () => {
  const { api } = await play([call('fake__look', { at: 1 }), call('fake__look', { at: 2 }), say('Ok.')], {
    tools: { look },
  });
  const [, second, third] = api.requests.map(({ body }) => body);
  const marked = (messages: readonly object[] = []) =>
    messages.map((message) => JSON.stringify(message).includes('ephemeral'));
  expect(marked(second?.messages)).toEqual([true, false, true]);
  expect(marked(third?.messages)).toEqual([false, false, true, false, true]);
  expect(JSON.stringify(third?.system)).toContain('ephemeral');
  expect(marked(third?.tools as object[])).toEqual([false, false, true]);
});

test('waits as long as retry-after says', async () => {
  const { outcome, api } = await play([fail(429, 0.4), say('Ok.')]);
  const [first, second] = api.requests.map(({ at }) => at);
  expect(outcome.reason).toBe('done');
  // Without the header the wait would be a millisecond.
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(399);
});

const half: Reply = { content: [{ type: 'text', text: 'Half of what it wanted to say' }], chunkSize: 5 };

test.each<[string, Turn]>([
  ['HTTP 500', fail(500)],
  ['HTTP 529', fail(529)],
  ['an error in the stream', { ...half, end: { error: 'overloaded_error', after: 6 } }],
  ['a connection cut in the stream', { ...half, end: { cut: 6 } }],
  ['a connection cut before the stop', { ...half, end: { cut: 10 } }],
])('asks again after %s, and keeps nothing of the first answer', async (_, turn) => {
  const { outcome, events, live, api } = await play([turn, say('All of it.')]);
  expect(outcome.reason).toBe('done');
  expect(live.map(({ kind }) => kind)).toContain('retry');
  expect(events.filter(({ kind }) => kind === 'answer')).toMatchObject([{ content: [{ text: 'All of it.' }] }]);
  expect(api.requests[1]?.body).toEqual(api.requests[0]?.body);
});

test('a call in an answer that was cut is not made', async () => {
  const act = counter();
  const cut: Turn = { ...call('fake__act', { some: 'argument' }), end: { cut: 6 } };
  await play([cut, say('Never mind.')], { tools: { act } });
  expect(act.count).toBe(0);
});

test('gives up after eight attempts, and the session can be resumed', async () => {
  const first = await play(Array<Turn>(8).fill(fail(529)));
  expect(first.outcome).toMatchObject({ reason: 'failed', message: expect.stringContaining('HTTP 529') });
  expect(first.api.requests).toHaveLength(8);
  const second = await play([say('Back.')], { resume: first.session, task: null });
  expect(second.outcome.reason).toBe('done');
});

test('the network goes away in the middle of an answer: the run says so, and goes on when it is back', async () => {
  const gone = await startMessagesApi([
    call('fake__look'),
    { ...say('Half of an answer.'), hold: { after: 4, gate: gate() } },
  ]);
  let heard = '';
  const first = await play([], {
    api: gone,
    tools: { look },
    async onEvent(event) {
      if (event.kind !== 'text-delta') return;
      heard += event.text;
      await gone.close();
    },
  });
  expect(heard).not.toBe('');
  expect(first.outcome).toMatchObject({ reason: 'failed', message: expect.stringContaining('Check the network') });
  const second = await play([say('Back.')], { resume: first.session, task: null });
  expect(second.outcome.reason).toBe('done');
  expect(second.api.requests[0]?.body.messages).toEqual(gone.requests[1]?.body.messages);
});

test.each([
  [400, 'invalid_request_error'],
  [401, 'Check ANTHROPIC_API_KEY.'],
  [404, '--model'],
])('HTTP %i is not tried again', async (status, message) => {
  const { outcome, api } = await play([fail(status), say('Never asked.')]);
  expect(outcome).toMatchObject({ reason: 'failed', message: expect.stringContaining(message) });
  expect(api.remaining).toBe(1);
});

test.each([
  ['{"path": "a', 'not valid JSON'],
  ['[1]', 'not a JSON object'],
  ['null', 'not a JSON object'],
])('arguments %s are answered with what is wrong', async (json, problem) => {
  const act = counter();
  const { told, outcome } = await play([{ content: [{ type: 'tool_use', name: 'fake__act', json }] }, say('Sorry.')], {
    tools: { act },
  });
  expect(told).toEqual([{ text: expect.stringContaining(problem), isError: true }]);
  expect(act.count).toBe(0);
  expect(outcome.reason).toBe('done');
});

test('a call cut off by the length limit is answered with how to do better', async () => {
  const cut: Turn = {
    content: [{ type: 'tool_use', name: 'fake__act', json: '{"text": "lo' }],
    stopReason: 'max_tokens',
  };
  const { told } = await play([cut, say('Ok.')], { tools: { act: counter() } });
  expect(told[0]?.text).toContain('Split the work into smaller calls.');
});

test('an unknown tool is answered with the names of those there are', async () => {
  const { told } = await play([call('fake__loook'), say('Ok.')], { tools: { look } });
  expect(told).toEqual([
    { text: 'There is no tool "fake__loook". The tools are: fake__look, update_plan, read_result.', isError: true },
  ]);
});

test('a text cut off by the length limit is gone on with', async () => {
  const { told, outcome } = await play([{ ...say('To be'), stopReason: 'max_tokens' }, say('continued.')]);
  expect(told[0]?.text).toContain('Go on from where it ended.');
  expect(outcome.reason).toBe('done');
});

test('a pause is gone on with in the same message', async () => {
  const { api, outcome } = await play([{ ...say('Wait.'), stopReason: 'pause_turn' }, say('Ok.')]);
  expect(api.requests[1]?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  expect(outcome.reason).toBe('done');
});

test('an empty answer is asked about; three end the run', async () => {
  const empty: Turn = { content: [] };
  expect((await play([empty, say('Ok.')])).outcome.reason).toBe('done');
  expect((await play([empty, empty, empty])).outcome).toMatchObject({ reason: 'stuck' });
});

test('a refusal ends the run and does not go back to the model', async () => {
  const { outcome, session } = await play([{ ...say('I will not'), stopReason: 'refusal' }]);
  expect(outcome.reason).toBe('refused');
  const { api } = await play([say('Gladly.')], { resume: session, task: 'Something else, then.' });
  expect(JSON.stringify(api.requests[0]?.body.messages)).not.toContain('I will not');
});

const full: Turn = { ...say('And'), stopReason: 'model_context_window_exceeded' };
const tooLong: Turn = { status: 400, message: 'prompt is too long: 200001 tokens > 200000 maximum' };

test.each<[string, Turn]>([
  ['as the API refuses it', tooLong],
  ['as the model stops', full],
])('a conversation that no longer fits is summarised, %s, and the work goes on', async (_, turn) => {
  const { outcome, api, events } = await play([call('fake__look'), turn, say('It was about a tree.'), say('A tree.')], {
    tools: { look },
  });
  expect(outcome.reason).toBe('done');
  expect(events.map(({ kind }) => kind)).toContain('compacted');
  const last = JSON.stringify(api.requests.at(-1)?.body.messages);
  expect(last).toContain('Do it.');
  expect(last).toContain('It was about a tree.');
});

test('one that does not even fit as a summary ends the run with what to do', async () => {
  const { outcome } = await play([tooLong, say('A summary.'), tooLong]);
  expect(outcome).toMatchObject({ reason: 'limit', message: expect.stringContaining('new session') });
});

test('the same call with the same result is told after three times and stopped after six', async () => {
  let id = 0;
  const spin: FakeTool = { run: () => `c${++id} failed after ${Math.random()} s.` };
  const { outcome, api, events } = await play(Array<Turn>(10).fill(call('fake__spin', { a: 1 })), { tools: { spin } });
  expect(outcome).toMatchObject({ reason: 'stuck', message: expect.stringContaining('6 times') });
  expect(api.remaining).toBe(4);
  expect(events.filter((event) => event.kind === 'message' && event.from === 'cofferdam')).toHaveLength(3);
});

test('the same call with another result each time is no loop', async () => {
  const act = counter();
  const { outcome } = await play([...Array<Turn>(8).fill(call('fake__act')), say('Ok.')], { tools: { act } });
  expect(outcome.reason).toBe('done');
});

test.each([
  ['turns', { turns: 2 }],
  ['tokens', { tokens: 200 }],
])('stops at the limit of %s with every call answered', async (what, limits) => {
  const usage = { input_tokens: 100, output_tokens: 20 };
  const look1 = { ...call('fake__look', { at: 1 }), usage };
  const look2 = { ...call('fake__look', { at: 2 }), usage };
  const script = [look1, look2, say('Never asked.')];
  const { outcome, session, api } = await play(script, { tools: { look }, limits });
  expect(outcome).toMatchObject({ reason: 'limit', message: expect.stringContaining(what) });
  expect(api.remaining).toBe(1);
  expect((await play([say('Ok.')], { resume: session, task: null })).api.rejected).toEqual([]);
});

test('interrupted during a call: the call ends, the rest is not made, and the session goes on', async () => {
  let ended = false;
  const slow: FakeTool = {
    run: (_, signal, output) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          ended = true;
        });
        output('begun');
      }),
  };
  const act = counter();
  const script = [calls(['fake__slow', {}], ['fake__act', {}]), say('Never asked.')];
  const { outcome, session, events } = await play(script, {
    tools: { slow, act },
    onEvent: ({ kind }, { agent }) => kind === 'tool-output' && agent.cancel(),
  });
  expect(ended).toBe(true);
  expect(outcome.reason).toBe('interrupted');
  expect(events.filter(({ kind }) => kind === 'tool-result')).toMatchObject([
    { isError: true, content: [{ text: expect.stringContaining('Interrupted') }] },
    { isError: true, content: [{ text: 'Not run: the user interrupted.' }] },
  ]);
  expect(act.count).toBe(0);

  const { api } = await play([say('Going on.')], { resume: session, task: 'Go on.' });
  expect(api.rejected).toEqual([]);
});

test('interrupted during an answer: what was said so far is kept, and the model may go on', async () => {
  const script: Turn[] = [{ ...half, paceMs: 5 }];
  const { outcome, events, session } = await play(script, {
    onEvent: ({ kind }, { agent }) => kind === 'text-delta' && agent.cancel(),
  });
  expect(outcome.reason).toBe('interrupted');
  const [answer] = events.flatMap((event) => (event.kind === 'answer' ? [event] : []));
  expect(answer).toMatchObject({ stopReason: 'interrupted' });
  const said = JSON.stringify(answer?.content);
  expect(said).toContain('Half');
  expect(said).not.toContain('wanted to say');
  expect((await play([say('On.')], { resume: session, task: 'Go on.' })).api.rejected).toEqual([]);
});

test('interrupted while it waits to ask again', async () => {
  const { outcome } = await play([fail(429, 200)], {
    onEvent: ({ kind }, { agent }) => kind === 'retry' && agent.cancel(),
  });
  expect(outcome.reason).toBe('interrupted');
});

test('a crash after any event, or in the middle of writing one, leaves a session that goes on without repeating a call', async () => {
  const act = counter();
  const script = [calls(['fake__act', {}], ['fake__look', {}]), { content: [] }, call('fake__look', {}), say('Ok.')];
  const { session } = await play(script, { tools: { act, look } });
  const file = join(session.home, 'sessions', session.id, 'events.jsonl');
  const lines = readFileSync(file, 'utf8').split(/(?<=\n)/);
  for (let kept = 2; kept <= lines.length; kept++) {
    for (const torn of ['', lines[kept]?.slice(0, 20) ?? '']) {
      writeFileSync(file, lines.slice(0, kept).join('') + torn);
      act.count = 0;
      const { api, outcome } = await play([say('Ok.')], { resume: session, task: 'Go on.', tools: { act, look } });
      expect({ kept, torn, outcome: outcome.reason, rejected: api.rejected, acted: act.count }).toEqual({
        kept,
        torn,
        outcome: 'done',
        rejected: [],
        acted: 0,
      });
    }
  }
});

test('after a crash the model is told which calls may have acted and which have not', async () => {
  const { session, events } = await play([calls(['fake__act', {}], ['fake__act', {}]), say('Ok.')], {
    tools: { act: counter() },
  });
  const file = join(session.home, 'sessions', session.id, 'events.jsonl');
  const started = events.findIndex(({ kind }) => kind === 'tool-start');
  writeFileSync(
    file,
    readFileSync(file, 'utf8')
      .split(/(?<=\n)/)
      .slice(0, started + 1)
      .join(''),
  );
  const { told } = await play([say('Ok.')], { resume: session, task: null });
  expect(told).toEqual([
    { text: expect.stringContaining('outcome is unknown'), isError: true },
    { text: expect.stringContaining('Not run'), isError: true },
  ]);
});

test('a server that dies is an error the model can read, and the run goes on', async () => {
  const { told, outcome } = await play([call('fake__act'), call('fake__act'), say('Without it, then.')], {
    tools: { act: { run: () => new Promise(() => {}) } },
    onEvent: (event, { server }) => event.kind === 'tool-start' && server.close(),
  });
  expect(told).toEqual([{ text: expect.stringContaining('The server fake is no longer there'), isError: true }]);
  expect(outcome.reason).toBe('done');
});

test('a result is bounded, and says so', async () => {
  const { told } = await play([call('fake__flood'), say('Much.')], {
    tools: { flood: { run: () => 'x'.repeat(1e6) } },
  });
  expect(told[0]?.text.length).toBeLessThan(25_000);
  expect(told[0]?.text).toMatch(/not shown: read_result with id toolu_/);
});

test('a result without text is not an empty block, and bytes that are no text reach the model as text', async () => {
  const { told } = await play([calls(['fake__none', {}], ['fake__odd', {}]), say('Ok.')], {
    tools: { none: { reads: true, run: () => '' }, odd: { reads: true, run: () => 'name\udcff' } },
  });
  expect(told.map(({ text }) => text).sort()).toEqual(['(empty)', 'name\ufffd']);
});

const steps = [{ title: 'Mend it', status: 'pending' }];

function answering(...answers: CardAnswer[]) {
  const asked: Question[] = [];
  const asker = {
    async ask(question: Question) {
      asked.push(question);
      return answers.shift() ?? { allowed: false };
    },
  };
  return { asked, asker };
}

test('in plan mode nothing is changed before the plan is approved, everything after', async () => {
  const act = counter();
  const { asked, asker } = answering({ allowed: false, reason: 'tests first' }, { allowed: true });
  const before = play(
    [
      call('fake__act'),
      call('update_plan', { steps }),
      call('fake__act'),
      call('update_plan', { steps }),
      call('fake__act', { n: 1 }),
      say('Ok.'),
    ],
    { mode: 'plan', asker, tools: { act } },
  );
  const { events } = await before;
  const results = events.flatMap((event) => (event.kind === 'tool-result' ? [event.content[0]] : []));
  expect(results).toMatchObject([
    { text: expect.stringContaining('No plan is approved yet') },
    { text: expect.stringContaining('tests first') },
    { text: expect.stringContaining('No plan is approved yet') },
    { text: 'The user approved the plan. Carry it out.' },
    { text: expect.stringContaining('Done 1 times.') },
  ]);
  expect(asked).toHaveLength(2);
});

test('an approved plan stays approved when the session is resumed, until its task is done', async () => {
  const act = counter();
  const mode = 'plan';
  const { asker } = answering({ allowed: true });
  const limits = { turns: 1 };
  const { session } = await play([call('update_plan', { steps })], { mode, asker, limits });
  await play([call('fake__act'), say('Done.')], { resume: session, task: null, mode, tools: { act } });
  expect(act.count).toBe(1);
  await play([call('fake__act'), say('Ok.')], { resume: session, task: 'And now?', mode, tools: { act } });
  expect(act.count).toBe(1);
});

test('each call that the policy asks for asks, and the model reads why not', async () => {
  const act = counter();
  const { asked, asker } = answering({ allowed: true }, { allowed: false, reason: 'once is enough' });
  const { told } = await play(
    [calls(['fake__look', {}], ['fake__act', { n: 1 }]), call('fake__act', { n: 2 }), say('Ok.')],
    {
      asker,
      policy: 'ask: [fake.act]',
      tools: { act, look },
    },
  );
  expect(asked).toMatchObject([
    { kind: 'call', tool: 'fake__act', input: { n: 1 } },
    { kind: 'call', tool: 'fake__act', input: { n: 2 } },
  ]);
  expect(told).toEqual([{ text: 'Not run: the user said no: once is enough', isError: true }]);
  expect(act.count).toBe(1);
});

test('of calls that only read, none is made before it is known which may be', async () => {
  let cancel = () => {};
  const { events } = await play([calls(['fake__look', {}], ['fake__read', {}])], {
    policy: 'ask: [fake.read]',
    asker: {
      ask(_, signal) {
        setImmediate(cancel);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    },
    tools: { look, read: look },
    onEvent(_, { agent }) {
      cancel = () => agent.cancel();
    },
  });
  expect(events.filter(({ kind }) => kind === 'tool-start')).toEqual([]);
  const not = { isError: true, content: [{ text: 'Not run: the user interrupted.' }] };
  expect(events.filter(({ kind }) => kind === 'tool-result')).toMatchObject([not, not]);
});

test('where nobody can be asked, the answer is no', async () => {
  const act = counter();
  const { told } = await play([call('fake__act'), say('Ok.')], {
    asker: nobody,
    policy: 'ask: [fake.act]',
    tools: { act },
  });
  expect(told).toEqual([{ text: expect.stringContaining('Nobody is there to approve it'), isError: true }]);
  expect(act.count).toBe(0);
});

test('a plan that is none is answered with what is wrong', async () => {
  const { told, events } = await play([call('update_plan', { steps: [{ title: '', status: 'soon' }] }), say('Ok.')]);
  expect(told).toEqual([{ text: expect.stringContaining('steps[0].status'), isError: true }]);
  expect(events.map(({ kind }) => kind)).not.toContain('plan');
});

const said = (text: string) => [{ type: 'text' as const, text }];

/** Says something, once, when an event of this kind comes. */
function saysAt(kind: string, text: string) {
  let told = false;
  return (event: { kind: string }, { agent }: { agent: AgentSession }) => {
    if (told || event.kind !== kind) return;
    told = true;
    void agent.prompt(said(text));
  };
}

test.each([
  ['while an answer streams', 'text-delta'],
  ['while a call runs', 'tool-output'],
  ['after the last call', 'tool-result'],
])('a message %s reaches the model at the next step', async (_, kind) => {
  const noisy: FakeTool = {
    run(_, __, output) {
      output('working');
      return 'ok';
    },
  };
  const first: Turn = {
    content: [
      { type: 'text', text: 'I will look at it.' },
      { type: 'tool_use', name: 'fake__noisy', input: {} },
    ],
  };
  const { api, outcome } = await play([first, say('As you wish.')], {
    tools: { noisy },
    onEvent: saysAt(kind, 'Use tabs.'),
  });
  expect(outcome.reason).toBe('done');
  expect(api.rejected).toEqual([]);
  const [task, answer, results] = api.requests[1]?.body.messages ?? [];
  expect(JSON.stringify([task, answer])).not.toContain('Use tabs.');
  expect(results?.content).toMatchObject([{ type: 'tool_result' }, { type: 'text', text: 'Use tabs.' }]);
});

test('a message during the last answer is the next task of the same run', async () => {
  const { api, outcome, events } = await play([say('All is done.'), say('That too.')], {
    onEvent: saysAt('text-delta', 'And the docs?'),
  });
  expect(outcome.reason).toBe('done');
  expect(api.requests[1]?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  expect(events.filter(({ kind }) => kind === 'stop')).toHaveLength(1);
});

test('a mode that is changed during the last answer is told with the next prompt, and no task by itself', async () => {
  const { outcome, api, session } = await play([say('All done.')], {
    onEvent: ({ kind }, { agent }) => kind === 'text-delta' && agent.setMode('ask'),
  });
  expect(outcome.reason).toBe('done');
  expect(api.requests).toHaveLength(1);
  const { told } = await play([say('Yes.')], { resume: session, task: 'Can you write?' });
  expect(told.map(({ text }) => text)).toEqual(['Can you write?', '[Cofferdam] The mode is now ask.']);
});

test('a message that was said before the interruption is not lost by it', async () => {
  const slow: FakeTool = {
    run(_, __, output) {
      output('begun');
      return new Promise(() => {});
    },
  };
  const first = await play([call('fake__slow')], {
    tools: { slow },
    async onEvent(event, { agent }) {
      if (event.kind !== 'tool-output') return;
      void agent.prompt(said('Use tabs.'));
      agent.cancel();
    },
  });
  expect(first.outcome.reason).toBe('interrupted');
  const { api } = await play([say('With tabs.')], { resume: first.session, task: null });
  expect(api.requests[0]?.body.messages.at(-1)?.content).toMatchObject([
    { type: 'tool_result', is_error: true },
    { type: 'text', text: 'Use tabs.' },
  ]);
});

test('results go back in the order of the calls, whichever is ready first', async () => {
  let release = () => {};
  const first: FakeTool = { reads: true, run: () => new Promise((resolve) => (release = () => resolve('first'))) };
  const second: FakeTool = {
    reads: true,
    run() {
      setImmediate(release);
      return 'second';
    },
  };
  const { told } = await play([calls(['fake__first', {}], ['fake__second', {}]), say('Ok.')], {
    tools: { first, second },
  });
  expect(told.map(({ text }) => text)).toEqual(['first', 'second']);
});

test('"always" writes a line into the policy, and it does not ask again, not in another session either', async () => {
  const act = counter();
  const { asked, asker } = answering({ allowed: true, always: true });
  const script = [call('fake__act', { n: 1 }), call('fake__act', { n: 2 }), say('Ok.')];
  const options = { asker, repositoryPolicy: 'ask: [fake.act]', tools: { act } };
  const { session } = await play(script, options);
  expect(asked).toHaveLength(1);
  expect(readFileSync(join(session.home, 'policy.yaml'), 'utf8')).toMatch(/^allow:\n {2}- fake\.act$/m);
  const another = { home: session.home, id: newSessionId() };
  await play([call('fake__act', { n: 3 }), say('Ok.')], { ...options, place: another });
  expect(asked).toHaveLength(1);
  expect(act.count).toBe(3);
});

test('"always" that cannot be written counts for this call, and says why not for more', async () => {
  const act = counter();
  const { asker } = answering({ allowed: true, always: true });
  const { session, events } = await play([call('fake__act'), say('Ok.')], {
    asker,
    repositoryPolicy: 'ask: [fake.act]',
    tools: { act },
    onEvent: (event, { agent }) => {
      // Broken while the session runs: at its start it would have kept the session from starting.
      if (event.kind === 'answer') writeFileSync(join(agent.session.folder, '..', '..', 'policy.yaml'), 'allow: [');
    },
  });
  expect(act.count).toBe(1);
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'notice', text: expect.stringContaining('"Always" could not be written') }),
  );
  expect(readFileSync(join(session.home, 'policy.yaml'), 'utf8')).toBe('allow: [');
});

test("where the user's own rule asks, a line that would change nothing is not offered", async () => {
  const { asked, asker } = answering({ allowed: true });
  await play([call('fake__act'), say('Ok.')], { asker, policy: 'ask: [fake.act]', tools: { act: counter() } });
  expect(asked[0]).not.toHaveProperty('decision.always');
});

test('calls belong to the step of the plan that is in progress, and steps keep their ids', async () => {
  const plan = (...titles: [string, string][]) =>
    call('update_plan', { steps: titles.map(([title, status]) => ({ title, status })) });
  const { events } = await play(
    [
      plan(['Read', 'in_progress'], ['Write', 'pending']),
      call('fake__look'),
      plan(['Read', 'done'], ['Think', 'in_progress'], ['Write', 'pending']),
      call('fake__look', { at: 2 }),
      say('Ok.'),
    ],
    { tools: { look } },
  );
  const plans = events.flatMap((event) => (event.kind === 'plan' ? [event.steps.map(({ id }) => id)] : []));
  expect(plans).toEqual([
    ['1', '2'],
    ['1', '3', '2'],
  ]);
  expect(events.flatMap((event) => (event.kind === 'tool-start' ? [event.step] : []))).toEqual(['1', '3']);
});

test('a plan that the user edited is carried out as it is now', async () => {
  const asker = {
    ask: async () => ({ allowed: true, plan: [{ id: '1', title: 'Mend it well', status: 'pending' as const }] }),
  };
  const { told, events } = await play([call('update_plan', { steps }), say('Ok.')], { mode: 'plan', asker });
  expect(told[0]?.text).toContain('1. Mend it well');
  expect(events.findLast((event) => event.kind === 'plan')).toMatchObject({ by: 'user' });
});
