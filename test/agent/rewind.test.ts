// Going back and trying another way: conversation and files together, whatever else is said or fails meanwhile.
import { expect, test } from 'vitest';
import type { AgentSession } from '../../agent/src/agent/index.js';
import { AgentError } from '../../agent/src/errors.js';
import { readSession, type SessionEvent } from '../../agent/src/session/index.js';
import { call, gate, type MessagesApi, say, type Turn } from '../fakes/messages-api/index.js';
import { type MemoryKeeper, memoryKeeper } from './memory-keeper.js';
import { type FakeTool, openPlay, type PlayOptions } from './play.js';

const text = (words: string) => [{ type: 'text' as const, text: words }];
const write = (content: string) => call('fake__write', { content });

/** One file, `a`, which the model writes. */
function writer({ files }: MemoryKeeper): FakeTool {
  return {
    run({ content }) {
      files.set('a', String(content));
      return 'Written.';
    },
  };
}

async function open(script: readonly Turn[], options: PlayOptions & { keeper?: MemoryKeeper } = {}) {
  const { keeper = memoryKeeper() } = options;
  const running = await openPlay(script, { ...options, keeper, tools: { write: writer(keeper), ...options.tools } });
  return { ...running, keeper, now: () => keeper.files.get('a') };
}

const saidIn = ({ requests }: MessagesApi) => JSON.stringify(requests.at(-1)?.body.messages);

/** Waits for the next event of a kind. */
function events() {
  let listen = (_: string, __: AgentSession) => {};
  const onEvent: PlayOptions['onEvent'] = ({ kind }, { agent }) => listen(kind, agent);
  const next = (wanted: string) =>
    new Promise<void>((resolve) => {
      listen = (kind) => kind === wanted && resolve();
    });
  return { onEvent, next };
}

test('a run that goes on after Escape does not change what its prompt is gone back to', async () => {
  const { agent, now, close } = await open([write('one'), write('two'), say('Done.'), say('Never.')], {
    onEvent: ({ kind }, { agent }) => kind === 'tool-result' && now() === 'one' && agent.cancel(),
  });
  expect(await agent.prompt(text('Write.'))).toMatchObject({ reason: 'interrupted' });
  expect(await agent.resume()).toMatchObject({ reason: 'done' });
  expect(now()).toBe('two');
  await agent.rewind(1);
  expect(now()).toBeUndefined();
  await close();
});

test('what is said while a run goes on is gone back to with the files of that moment, not of an earlier one', async () => {
  let steered = false;
  const { agent, now, close } = await open([write('one'), write('two'), write('three'), say('Done.')], {
    onEvent({ kind }, { agent }) {
      if (kind === 'tool-result' && now() === 'one') agent.cancel();
      if (kind !== 'tool-result' || now() !== 'two' || steered) return;
      steered = true;
      void agent.prompt(text('Now three.'));
    },
  });
  await agent.prompt(text('Write.'));
  await agent.resume();
  expect(now()).toBe('three');
  await agent.rewind(2);
  expect(now()).toBe('two');
  await close();
});

test('what is said while the last checkpoint of a run is kept is answered all the same', async () => {
  const keeper = memoryKeeper();
  const slow = gate();
  let kept = 0;
  const checkpoint = keeper.checkpoint;
  keeper.checkpoint = async (name) => {
    kept += 1;
    if (kept === 2) await slow.pass();
    return checkpoint(name);
  };
  const { agent, api, close } = await open([say('One.'), say('Two.')], { keeper });
  const first = agent.prompt(text('First'));
  await slow.reached;
  const second = agent.prompt(text('Second'));
  slow.open();
  expect(await Promise.all([first, second])).toMatchObject([{ reason: 'done' }, { reason: 'done' }]);
  expect(saidIn(api)).toContain('Second');
  expect(agent.session.conversation.atRest).toBe(true);
  await close();
});

test('where the files could not be brought back, nothing runs until they are', async () => {
  const keeper = memoryKeeper();
  const restore = keeper.restore;
  const { agent, now, api, close } = await open([write('one'), say('1'), write('two'), say('2'), say('3')], { keeper });
  await agent.prompt(text('One'));
  await agent.prompt(text('Two'));
  keeper.restore = () => Promise.reject(new AgentError('keeper', 'No room.', 'Make room.'));
  await expect(agent.rewind(2)).rejects.toThrow('No room.');
  expect(await agent.prompt(text('Other'))).toMatchObject({ reason: 'failed', message: 'No room. Make room.' });
  expect(api.remaining).toBe(1);
  keeper.restore = restore;
  await agent.resume();
  expect(now()).toBe('one');
  expect(saidIn(api)).not.toContain('Two');
  await close();
});

test('what could not be brought back is named', async () => {
  const keeper = memoryKeeper();
  const conflicts = Array.from({ length: 30 }, (_, i) => ({ path: `p${i}`, reason: 'it is yours' }));
  keeper.restore = async () => ({ restored: 0, removed: 0, conflicts });
  const { agent, place, close } = await open([say('One.')], { keeper });
  await agent.prompt(text('One'));
  await agent.rewind(1);
  await close();
  const notice = readSession(place.home, place.id).find(({ kind }) => kind === 'notice');
  expect(notice).toMatchObject({
    text: expect.stringMatching(/^Not brought back: p0: it is yours\n.*\nand 10 more$/s),
  });
});

test('what is said while files are brought back waits for them', async () => {
  const keeper = memoryKeeper();
  const slow = gate();
  const restore = keeper.restore;
  keeper.restore = async (name) => {
    await slow.pass();
    return restore(name);
  };
  const { agent, api, now, close } = await open([write('one'), say('1'), say('2')], { keeper });
  await agent.prompt(text('One'));
  const back = agent.rewind(1);
  await slow.reached;
  const next = agent.prompt(text('Other'));
  await expect(agent.rewind(1)).rejects.toMatchObject({ code: 'usage' });
  expect(api.remaining).toBe(1);
  slow.open();
  await back;
  expect(await next).toMatchObject({ reason: 'done' });
  expect(now()).toBeUndefined();
  expect(saidIn(api)).not.toContain('One');
  await close();
});

test('what is said while a summary is made follows it; Escape leaves the conversation as it was', async () => {
  const hold = gate();
  const held: Turn = { ...say('A summary.'), hold: { after: 2, gate: hold } };
  const slow: Turn = { ...say('Another summary.'), end: { stall: 2 } };
  const { agent, api, close } = await open([say('One.'), held, say('Two.'), slow, say('Three.')]);
  await agent.prompt(text('First'));
  const compacting = agent.compact();
  await hold.reached;
  const next = agent.prompt(text('Second'));
  hold.open();
  await compacting;
  expect(await next).toMatchObject({ reason: 'done' });
  expect(saidIn(api)).toMatch(/A summary\..*Second/);

  const before = JSON.stringify(agent.session.conversation.messages);
  const interrupted = agent.compact();
  await expect.poll(() => api.remaining).toBe(1);
  agent.cancel();
  await expect(interrupted).rejects.toMatchObject({ code: 'usage', message: 'It was interrupted.' });
  expect(JSON.stringify(agent.session.conversation.messages)).toBe(before);
  expect(await agent.prompt(text('Third'))).toMatchObject({ reason: 'done' });
  expect(api.rejected).toEqual([]);
  await close();
});

test('a server that ended is started again with the next prompt, and not under a run', async () => {
  let ended = false;
  const { agent, api, live, close } = await open(
    [call('fake__look'), say('It is gone.'), call('fake__look'), say('Ok.')],
    {
      tools: { look: { run: () => 'You see it.' } },
      async onEvent({ kind }, { server, agent }) {
        if (kind !== 'tool-start' || ended) return;
        ended = true;
        await server.close();
        await agent.changes();
      },
    },
  );
  const opened = () => live.filter((event) => event.kind === 'progress' && event.text.includes('opened again')).length;
  await agent.prompt(text('Look.'));
  expect(opened()).toBe(0);
  expect(saidIn(api)).toContain('no longer there');
  await agent.prompt(text('Look again.'));
  expect(opened()).toBe(1);
  expect(saidIn(api)).toContain('You see it.');
  await close();
});

test('a fork of a session that was gone back in can go back to each of its prompts', async () => {
  const keeper = memoryKeeper();
  const script = ['one', 'two', 'three', 'four'].flatMap((content) => [write(content), say(`It says ${content}.`)]);
  const { agent, place, close } = await open(script, { keeper });
  await agent.prompt(text('One'));
  await agent.prompt(text('Two'));
  await agent.prompt(text('Three'));
  await agent.rewind(2);
  await agent.prompt(text('Four'));
  const id = await agent.fork();
  await close();

  const [sandbox] = keeper.forks.values();
  if (!sandbox) throw new Error('There is no fork.');
  const fork = await open([write('five'), say('5'), write('six'), say('6')], {
    keeper: sandbox,
    resume: { home: place.home, id },
  });
  expect(fork.now()).toBe('four');
  await fork.agent.prompt(text('Five'));
  await fork.agent.prompt(text('Six'));
  for (const [prompt, content] of [
    [4, 'five'],
    [3, 'four'],
    [2, 'one'],
    [1, undefined],
  ] as const) {
    await fork.agent.rewind(prompt);
    expect({ prompt, content: fork.now() }).toEqual({ prompt, content });
  }
  // The other one is as it was.
  expect(keeper.files.get('a')).toBe('four');
  await fork.close();
});

test('a fork from a message in the middle of a run has the files of that moment, also when it must bring them back', async () => {
  const { onEvent, next } = events();
  const keeper = memoryKeeper();
  const script = [write('one'), write('two'), say('Done.')];
  const { agent, place, close } = await open(script, { keeper, onEvent });
  const written = next('tool-result');
  const done = agent.prompt(text('Write'));
  await written;
  await agent.prompt(text('Go on to two'));
  await done;
  const id = await agent.fork(2);
  await close();
  const checkpoints = readSession(place.home, id).filter((event) => event.kind === 'checkpoint');
  const [sandbox] = keeper.forks.values();
  expect(sandbox?.files.get('a')).toBe('one');
  // What a lost sandbox would be made anew from.
  const last = checkpoints.at(-1) as Extract<SessionEvent, { kind: 'checkpoint' }>;
  await keeper.restore(String(last.name));
  expect(keeper.files.get('a')).toBe('one');
});
