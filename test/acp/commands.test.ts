// Commands with a slash, options, and what our own clients may ask for.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { methods } from '@agentclientprotocol/sdk';
import { expect, test } from 'vitest';
import { statusSchema } from '../../agent/src/acp/extension.js';
import { call, say } from '../fakes/messages-api/index.js';
import { openEditor, until } from './editor.js';

const auto = { 'cofferdam/mode': 'auto', 'cofferdam/apply': 'never' };
const write = (path: string, content = 'new\n') => call('files__write_file', { path, content });

test.each([
  ['/help', '- /rewind [number of the prompt]:'],
  ['/dance now', 'There is no command /dance, and nothing was sent to the model.'],
  ['/cost', '0 tokens in (0% from the cache), 0 out, $0.0000, 0 turns'],
  ['/status', '- Mode: auto, model: claude-sonnet-5, changes: never'],
  ['/model', 'The model is claude-sonnet-5.'],
  ['/model claude-opus-5', 'The model is claude-opus-5.'],
  ['/ASK', 'The mode is ask now.'],
  ['/changes', 'Nothing is changed.'],
  ['/apply', 'Applied 0 files.'],
  ['/rewind nine', '"nine" is no number of a prompt. Prompts are numbered from 1.'],
  ['/rewind 9', 'There is no prompt 9'],
  ['/export pdf', '"pdf" is no format. Use markdown or json.'],
])('%s is answered without the model', async (text, answer) => {
  const editor = await openEditor([]);
  expect(await editor.prompt(await editor.open(auto), text)).toEqual({ stopReason: 'end_turn' });
  expect(editor.said()).toContain(answer);
  expect(editor.api.requests).toEqual([]);
});

test('what only looks like a command is a prompt', async () => {
  const editor = await openEditor([say('Ok.')]);
  await editor.prompt(await editor.open(), '/etc/hosts is wrong');
  expect(JSON.stringify(editor.api.requests[0]?.body.messages)).toContain('/etc/hosts is wrong');
});

test('a mode with words behind it changes the mode and says them', async () => {
  const editor = await openEditor([write('a.txt'), say('Done.')]);
  const session = await editor.open({ ...auto, 'cofferdam/mode': 'ask' });
  await editor.prompt(session, '/auto make it new');
  expect(JSON.stringify(editor.api.requests[0]?.body.messages)).toMatch(/make it new/);
  expect(editor.updates).toContainEqual({ sessionUpdate: 'current_mode_update', currentModeId: 'auto' });
  expect(readFileSync(join(editor.bench.copy, 'a.txt'), 'utf8')).toBe('new\n');
});

test('changes are shown, and applied by path', async () => {
  const editor = await openEditor([write('a.txt'), write('b.txt'), say('Done.')]);
  const session = await editor.open(auto);
  await editor.prompt(session, 'Go.');
  await editor.prompt(session, '/changes');
  const shown = editor.updates.findLast(({ sessionUpdate }) => sessionUpdate === 'tool_call');
  expect(shown).toMatchObject({
    title: 'Changes in 2 files, not applied',
    content: [
      { content: { text: '```\nM a.txt\nA b.txt\n```' } },
      { type: 'diff', oldText: 'one\n', newText: 'new\n' },
      { type: 'diff', oldText: null, newText: 'new\n' },
    ],
  });
  await editor.prompt(session, '/apply b.txt');
  expect(readFileSync(join(editor.workspace, 'b.txt'), 'utf8')).toBe('new\n');
  expect(readFileSync(join(editor.workspace, 'a.txt'), 'utf8')).toBe('one\n');
});

test('rewind takes conversation and files back', async () => {
  const editor = await openEditor([write('a.txt'), say('Done.'), say('Again.')]);
  const session = await editor.open(auto);
  await editor.prompt(session, 'A mistake.');
  await editor.prompt(session, '/rewind 1');
  expect(editor.said()).toContain('Back to before prompt 1');
  expect(readFileSync(join(editor.bench.copy, 'a.txt'), 'utf8')).toBe('one\n');
  await editor.prompt(session, 'Better.');
  expect(JSON.stringify(editor.api.requests.at(-1)?.body.messages)).not.toContain('A mistake.');
});

test('fork names a session that can be loaded', async () => {
  const editor = await openEditor([say('Done.'), say('Another way.')]);
  const session = await editor.open(auto);
  await editor.prompt(session, 'One way.');
  await editor.prompt(session, '/fork');
  const id = /The new session is (\S+)\./.exec(editor.said())?.[1] ?? '';
  await editor.agent.request(methods.agent.session.resume, { sessionId: id, cwd: editor.workspace });
  await editor.prompt(id, 'Go.');
  expect(JSON.stringify(editor.api.requests.at(-1)?.body.messages)).toContain('One way.');
});

test('export writes the session to a file of the user', async () => {
  const editor = await openEditor([say('Here I am.')]);
  const session = await editor.open(auto);
  await editor.prompt(session, 'Hello?');
  await editor.prompt(session, '/export');
  const file = /Written to (.+)\.$/.exec(editor.said())?.[1] ?? '';
  expect(readFileSync(file, 'utf8')).toContain('Here I am.');
});

test('options are set by the client and told back', async () => {
  const editor = await openEditor([]);
  const sessionId = await editor.open();
  const set = (configId: string, value: string) =>
    editor.agent.request(methods.agent.session.setConfigOption, { sessionId, configId, value });
  await editor.agent.request(methods.agent.session.setMode, { sessionId, modeId: 'build' });
  await set('model', 'claude-opus-5');
  const { configOptions } = await set('apply', 'always');
  expect(configOptions.map(({ currentValue }) => currentValue)).toEqual(['build', 'claude-opus-5', 'always']);
  await until(() => editor.updates.some((update) => update.sessionUpdate === 'current_mode_update'));
  expect(editor.updates).toContainEqual({ sessionUpdate: 'current_mode_update', currentModeId: 'build' });
  for (const [option, value] of [
    ['mode', 'yolo'],
    ['apply', 'maybe'],
    ['colour', 'red'],
  ] as const) {
    await expect(set(option, value)).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('Use one of'),
    });
  }
});

test('a model that the policy does not allow is refused', async () => {
  const editor = await openEditor([], { policy: 'model: { allow: [claude-sonnet-*] }\n' });
  const sessionId = await editor.open();
  const set = { sessionId, configId: 'model', value: 'claude-opus-5' };
  await expect(editor.agent.request(methods.agent.session.setConfigOption, set)).rejects.toMatchObject({
    code: -32602,
  });
});

test('our own clients get changes, patch, plan, status and export', async () => {
  const editor = await openEditor([write('a.txt'), say('Done.'), say('More.')]);
  const sessionId = await editor.open(auto);
  await editor.prompt(sessionId, 'Go.');
  const ask = (name: string, params = {}) => editor.agent.request(`_cofferdam/${name}`, { sessionId, ...params });
  expect(await ask('changes')).toMatchObject({ changes: [{ path: 'a.txt', kind: 'modified' }] });
  expect(await ask('patch')).toEqual({ patch: 'a.txt', more: false });
  await ask('plan', { steps: [{ id: '1', title: 'Rest', status: 'pending' }], approve: true });
  const status = statusSchema.parse(await ask('status'));
  expect(status).toMatchObject({
    mode: 'auto',
    prompt: 1,
    turns: 2,
    running: false,
    sandbox: 'memory',
    plan: [{ title: 'Rest' }],
    planApproved: true,
    servers: [{ name: 'files' }, { name: 'commands', tools: 1 }],
  });
  expect(await ask('continue')).toMatchObject({ stopReason: 'end_turn' });
  expect(await ask('export', { format: 'json' })).toMatchObject({ text: expect.stringContaining('"Go."') });
  expect(await ask('apply')).toEqual({ applied: ['a.txt'], conflicts: [], refused: [] });
  await ask('close', { removeSandbox: true });
  expect(editor.bench.removed).toHaveLength(1);
  await expect(ask('status')).rejects.toMatchObject({ code: -32002 });
});
