// Sessions over the protocol: made, loaded, resumed, listed, closed, deleted, and left behind by an editor that died.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadSessionResponse, methods } from '@agentclientprotocol/sdk';
import { expect, test } from 'vitest';
import { call, say } from '../fakes/messages-api/index.js';
import { type Editor, openEditor, until } from './editor.js';

const { session: ask } = methods.agent;
const auto = { 'cofferdam/mode': 'auto' };
const edit = call('files__edit_file', { path: 'a.txt', edits: [{ old_text: 'one', new_text: 'two' }] });

const at = ({ workspace }: Editor, sessionId: string) => ({ sessionId, cwd: workspace, mcpServers: [] });
const folderOf = ({ home }: Editor, id: string) => join(home, 'sessions', id);

test('a new session is there at once, the sandbox comes while it waits', async () => {
  let open = () => {};
  const opening = new Promise<void>((resolve) => {
    open = resolve;
  });
  const editor = await openEditor([say('Hello.')], { opening: () => opening });
  const { modes, configOptions, sessionId } = await editor.agent.request(ask.new, {
    cwd: editor.workspace,
    mcpServers: [],
  });
  expect(modes).toMatchObject({
    currentModeId: 'plan',
    availableModes: [{ id: 'ask' }, { id: 'plan' }, { id: 'build' }, { id: 'auto' }],
  });
  expect(configOptions?.map(({ id, currentValue }) => [id, currentValue])).toEqual([
    ['mode', 'plan'],
    ['model', 'claude-sonnet-5'],
    ['apply', 'ask'],
  ]);
  const answer = editor.prompt(sessionId, 'Hello?');
  open();
  expect(await answer).toMatchObject({ stopReason: 'end_turn' });
});

test('a sandbox that does not open is said, and tried again by the next prompt', async () => {
  let tries = 0;
  const broken = Object.assign(new Error('No engine.'), { code: 'engine-unreachable', remedy: 'Start it.' });
  const editor = await openEditor([say('Now.')], {
    opening: async () => {
      tries += 1;
      if (tries < 3) throw broken;
    },
  });
  const session = await editor.open();
  await until(() => JSON.stringify(editor.updates).includes('The sandbox is not open: No engine. Start it.'));
  await expect(editor.prompt(session, 'Go.')).rejects.toMatchObject({ message: 'No engine. Start it.' });
  expect(await editor.prompt(session, '/resume')).toMatchObject({ stopReason: 'end_turn' });
});

test('load tells the whole conversation, then goes on', async () => {
  const first = await openEditor([edit, say('It is two.')]);
  const id = await first.open(auto);
  await first.prompt(id, 'Make it two.');
  await first.hangUp();

  const editor = await openEditor([say('Yes.')], { after: first });
  const loaded = await editor.agent.request<LoadSessionResponse>(ask.load, at(editor, id));
  expect(loaded.modes?.currentModeId).toBe('auto');
  // Everything came before the answer.
  const told = editor.updates.map((update) =>
    'content' in update && !Array.isArray(update.content) && update.content?.type === 'text'
      ? [update.sessionUpdate, update.content.text]
      : [update.sessionUpdate],
  );
  expect(told).toEqual([
    ['user_message_chunk', 'Make it two.'],
    ['tool_call'],
    ['tool_call_update'],
    ['tool_call_update'],
    ['agent_message_chunk', 'It is two.'],
    ['agent_thought_chunk', 'Applied 1 file.\n'],
    ['usage_update'],
    ['available_commands_update'],
  ]);
  expect(editor.updates[0]?._meta).toEqual({ 'cofferdam/prompt': 1 });
  await editor.prompt(id, 'Is it?');
  expect(JSON.stringify(editor.api.requests[0]?.body.messages)).toContain('Make it two.');
});

test('resume tells nothing, and goes on as the client wishes', async () => {
  const first = await openEditor([say('Hello.')]);
  const id = await first.open();
  await first.prompt(id, 'Hello?');
  await first.hangUp();

  const editor = await openEditor([edit, say('Done.')], { after: first });
  const _meta = { ...auto, 'cofferdam/apply': 'never', 'cofferdam/model': 'claude-opus-5' };
  const { configOptions } = await editor.agent.request(ask.resume, { ...at(editor, id), _meta });
  expect(configOptions?.map(({ currentValue }) => currentValue)).toEqual(['auto', 'claude-opus-5', 'never']);
  expect(editor.said()).toBe('');
  await editor.prompt(id, 'Go on.');
  expect(editor.asked).toEqual([]);
  expect(editor.api.requests.map(({ body }) => body.model)).toEqual(['claude-opus-5', 'claude-opus-5']);
});

test('lists by page and folder, the newest first, with titles', async () => {
  const editor = await openEditor([say('1'), say('2')]);
  const one = await editor.open();
  await editor.prompt(one, 'The first\ntask.');
  const silent = await editor.open();
  const two = await editor.open();
  await editor.prompt(two, 'The second.');
  const { sessions, nextCursor } = await editor.agent.request(ask.list, { cwd: editor.workspace });
  const listed = sessions.filter(({ sessionId }) => sessionId !== silent);
  expect(listed).toHaveLength(sessions.length);
  expect(new Set(listed.map(({ sessionId, title }) => `${sessionId} ${title}`))).toEqual(
    new Set([`${one} The first task.`, `${two} The second.`]),
  );
  expect(sessions[0]).toMatchObject({ cwd: editor.workspace, updatedAt: expect.stringMatching(/^20.*Z$/) });
  expect(nextCursor).toBeUndefined();
  expect((await editor.agent.request(ask.list, { cwd: '/elsewhere' })).sessions).toEqual([]);
  expect(
    (await editor.agent.request(ask.list, { cursor: one })).sessions.map(({ sessionId }) => sessionId),
  ).not.toContain(one);
});

test('two sessions work at the same time', async () => {
  const editor = await openEditor([say('a'), say('b')]);
  const [one, two] = [await editor.open(), await editor.open()];
  const stops = await Promise.all([editor.prompt(one, '1'), editor.prompt(two, '2')]);
  expect(stops.map(({ stopReason }) => stopReason)).toEqual(['end_turn', 'end_turn']);
});

test('close keeps a session, unless nothing was said in it', async () => {
  const editor = await openEditor([say('1')]);
  const used = await editor.open();
  const unused = await editor.open();
  await editor.prompt(used, 'Hello.');
  await editor.agent.request(ask.close, { sessionId: used });
  await editor.agent.request(ask.close, { sessionId: unused });
  expect([used, unused].map((id) => existsSync(folderOf(editor, id)))).toEqual([true, false]);
  expect(editor.bench.removed).toHaveLength(1);
  // As the protocol asks: to close what is not open is no error.
  expect(await editor.agent.request(ask.close, { sessionId: used })).toEqual({});
});

test('delete removes what a session kept, with its sandbox', async () => {
  const editor = await openEditor([say('1')]);
  const id = await editor.open();
  await editor.prompt(id, 'Hello.');
  await editor.agent.request(ask.delete, { sessionId: id });
  expect(existsSync(folderOf(editor, id))).toBe(false);
  expect(editor.bench.removed).toHaveLength(1);
});

test('an editor that hangs up in the middle leaves a session that can be gone on with', async () => {
  const first = await openEditor([call('commands__run_command', { command: 'make' })], {
    run: (_, __, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('ended'))),
  });
  const id = await first.open(auto);
  const broken = first.prompt(id, 'Make it.').catch(() => 'broken');
  await until(() => JSON.stringify(first.updates).includes('in_progress'));
  await first.hangUp();
  expect(await broken).toBe('broken');

  const editor = await openEditor([say('Where were we?')], { after: first });
  await editor.agent.request(ask.resume, at(editor, id));
  expect(await editor.prompt(id, '/resume')).toMatchObject({ stopReason: 'end_turn' });
  expect(JSON.stringify(editor.api.requests[0]?.body.messages)).toContain('Make it.');
});

test.each<[string, string, (editor: Editor) => object, object]>([
  [
    'an unknown session',
    'session/prompt',
    () => ({ sessionId: 'x', prompt: [] }),
    { code: -32002, data: { sessionId: 'x' } },
  ],
  ['a session that never was', 'session/load', (editor) => at(editor, '20200101-000000-abcdef'), { code: -32002 }],
  [
    'a relative folder',
    'session/new',
    () => ({ cwd: 'src', mcpServers: [] }),
    { code: -32602, message: expect.stringContaining('absolute') },
  ],
  [
    'a folder that is not there',
    'session/new',
    () => ({ cwd: '/not/there', mcpServers: [] }),
    { code: -32602, message: expect.stringContaining('no such folder') },
  ],
  [
    'several folders',
    'session/new',
    ({ workspace }) => ({ cwd: workspace, mcpServers: [], additionalDirectories: ['/tmp'] }),
    { code: -32602 },
  ],
  [
    'a mode in _meta that is none',
    'session/new',
    ({ workspace }) => ({ cwd: workspace, mcpServers: [], _meta: { 'cofferdam/mode': 'yolo' } }),
    { code: -32602, message: expect.stringContaining('cofferdam/mode') },
  ],
  ['a missing parameter', 'session/new', () => ({ mcpServers: [] }), { code: -32602 }],
  [
    'a cursor that is none',
    'session/list',
    () => ({ cursor: '../x' }),
    { code: -32602, message: expect.stringContaining('no cursor') },
  ],
  [
    'a request of ours with a wrong parameter',
    '_cofferdam/rewind',
    () => ({ sessionId: 'x', prompt: 0 }),
    { code: -32602, message: expect.stringContaining('prompt') },
  ],
  ['a method that is not there', 'session/dance', () => ({}), { code: -32601 }],
])('%s is refused with what is wrong', async (_, method, params, error) => {
  const editor = await openEditor([]);
  await expect(editor.agent.request(method, params(editor))).rejects.toMatchObject(error);
});

test('a session of another folder is refused, and stays', async () => {
  const first = await openEditor([say('1')]);
  const id = await first.open();
  await first.prompt(id, 'Hello.');
  const elsewhere = join(first.home, 'elsewhere');
  mkdirSync(elsewhere);
  await expect(first.agent.request(ask.load, { ...at(first, id), cwd: elsewhere })).rejects.toMatchObject({
    code: -32602,
    message: expect.stringContaining(first.workspace),
  });
  // It was open, and is.
  expect(await first.agent.request('_cofferdam/status', { sessionId: id })).toMatchObject({ prompt: 1 });
});

test('a session that another editor has open is refused', async () => {
  const first = await openEditor([say('1')]);
  const id = await first.open();
  await first.prompt(id, 'Hello.');
  const editor = await openEditor([], { after: first });
  await expect(editor.agent.request(ask.load, at(editor, id))).rejects.toMatchObject({
    data: { 'cofferdam/error': { code: 'session-busy' } },
  });
});

test('without a key it says how to get one, and starts nothing', async () => {
  const editor = await openEditor([], { noKey: true });
  const { authMethods } = await editor.agent.request(methods.agent.initialize, { protocolVersion: 1 });
  expect(authMethods).toEqual([{ id: 'environment', name: 'ANTHROPIC_API_KEY is not set.', description: 'Set it.' }]);
  const refusal = { code: -32000, message: 'ANTHROPIC_API_KEY is not set. Set it.' };
  await expect(editor.open()).rejects.toMatchObject(refusal);
  await expect(editor.agent.request(methods.agent.authenticate, { methodId: 'environment' })).rejects.toMatchObject(
    refusal,
  );
  expect(existsSync(join(editor.home, 'sessions'))).toBe(false);
});
