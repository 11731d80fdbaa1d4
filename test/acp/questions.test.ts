// What the user is asked through an editor, and what the answers come to.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NewSessionResponse, RequestError, type SessionUpdate } from '@agentclientprotocol/sdk';
import { expect, test } from 'vitest';
import { cardSchema } from '../../agent/src/acp/extension.js';
import { call, say, toolResults } from '../fakes/messages-api/index.js';
import { openEditor, select } from './editor.js';

const build = { 'cofferdam/mode': 'build', 'cofferdam/apply': 'never' };
const deploy = call('commands__run_command', { command: './deploy.sh --now' });
const plan = (...titles: string[]) =>
  call('update_plan', { steps: titles.map((title) => ({ title, status: 'pending' })) });

test('a risky call asks with what, why, and which line "always" writes', async () => {
  const editor = await openEditor([deploy, say('Done.')]);
  await editor.prompt(await editor.open(build), 'Deploy it.');
  const [asked] = editor.asked;
  expect(asked?.options).toEqual([
    { optionId: 'allow', kind: 'allow_once', name: 'Allow' },
    {
      optionId: 'allow_always',
      kind: 'allow_always',
      name: expect.stringMatching(/^Always allow commands\.run_command: /),
    },
    { optionId: 'reject', kind: 'reject_once', name: 'Reject' },
    {
      optionId: 'reject_always',
      kind: 'reject_always',
      name: expect.stringMatching(/^Always deny commands\.run_command: /),
    },
  ]);
  expect(asked?.toolCall).toMatchObject({
    title: 'Run ./deploy.sh --now',
    kind: 'execute',
    status: 'pending',
    rawInput: { command: './deploy.sh --now' },
  });
  const texts = JSON.stringify(asked?.toolCall.content);
  expect(texts).toContain('Decided by `');
  expect(texts).toContain('```sh\\n./deploy.sh --now\\n```');
  expect(cardSchema.parse(asked?._meta?.['cofferdam/card'])).toMatchObject({
    kind: 'call',
    tool: 'commands__run_command',
    reason: expect.any(String),
  });
});

test('"always" holds for the next call and session, as a line of the policy', async () => {
  const first = await openEditor([deploy, deploy, say('Twice.')], { answer: () => select('allow_always') });
  await first.prompt(await first.open(build), 'Deploy it.');
  expect(first.asked).toHaveLength(1);
  expect(readFileSync(join(first.home, 'policy.yaml'), 'utf8')).toContain('./deploy.sh --now');
  await first.hangUp();
  const second = await openEditor([deploy, say('Again.')], { after: first });
  await second.prompt(await second.open(build), 'Deploy it.');
  expect(second.asked).toEqual([]);
});

test('a no with a reason reaches the model', async () => {
  const results: string[] = [];
  const editor = await openEditor(
    [
      deploy,
      (request) => {
        results.push(...toolResults(request).map(({ text }) => text));
        return say('I see.');
      },
    ],
    { answer: () => select('reject', { 'cofferdam/reason': 'Not on Fridays.' }) },
  );
  await editor.prompt(await editor.open(build), 'Deploy it.');
  expect(results).toEqual([expect.stringContaining('Not on Fridays.')]);
  expect(editor.updates).toContainEqual(expect.objectContaining({ status: 'failed' }));
});

test('an answer that was not offered is a no', async () => {
  const editor = await openEditor([deploy, say('Hm.')], { answer: () => select('sudo') });
  await editor.prompt(await editor.open(build), 'Deploy it.');
  expect(JSON.stringify(editor.api.requests[1]?.body.messages)).toContain('not among those offered');
});

test('an editor that cannot ask is a no, and says so to the model', async () => {
  const editor = await openEditor([deploy, say('Hm.')], {
    answer: () => {
      throw new RequestError(-32601, 'No dialogs here.');
    },
  });
  await editor.prompt(await editor.open(build), 'Deploy it.');
  expect(JSON.stringify(editor.api.requests[1]?.body.messages)).toContain('No dialogs here.');
});

test('a question that the user closes interrupts', async () => {
  const editor = await openEditor([deploy, say('Never asked.')], {
    answer: () => ({ outcome: { outcome: 'cancelled' } }),
  });
  expect(await editor.prompt(await editor.open(build), 'Deploy it.')).toMatchObject({ stopReason: 'cancelled' });
  expect(editor.api.remaining).toBe(1);
});

test('cancel withdraws a question that is open', async () => {
  const editor = await openEditor([deploy], {
    answer: async () => {
      await editor.agent.notify('session/cancel', { sessionId: session });
      return new Promise(() => {});
    },
  });
  const session: string = await editor.open(build);
  expect(await editor.prompt(session, 'Deploy it.')).toMatchObject({ stopReason: 'cancelled' });
});

test('a plan is shown, asked about, and ticked off', async () => {
  const tick = call('update_plan', {
    steps: [
      { title: 'Read it', status: 'done' },
      { title: 'Change it', status: 'in_progress' },
    ],
  });
  const edit = call('files__write_file', { path: 'a.txt', content: 'two\n' });
  const editor = await openEditor([plan('Read it', 'Change it'), tick, edit, say('Done.')]);
  const session = await editor.open({ 'cofferdam/apply': 'never' });
  await editor.prompt(session, 'Change it.');
  expect(editor.asked).toMatchObject([
    {
      toolCall: { title: 'Approve the plan', kind: 'switch_mode' },
      options: [{ name: 'Approve' }, { kind: 'allow_always' }, { kind: 'reject_once' }],
    },
  ]);
  const plans = editor.updates.filter(({ sessionUpdate }) => sessionUpdate === 'plan');
  expect(plans).toMatchObject([
    { entries: [{ content: 'Read it', status: 'pending' }, { status: 'pending' }] },
    { entries: [{ status: 'completed' }, { content: 'Change it', status: 'in_progress' }] },
  ]);
  // The call belongs to the step that was in progress.
  const step = (plans.at(-1) as { entries: { _meta: Record<string, unknown> }[] }).entries[1]?._meta['cofferdam/step'];
  expect(editor.updates).toContainEqual(
    expect.objectContaining({ status: 'in_progress', _meta: expect.objectContaining({ 'cofferdam/step': step }) }),
  );
  expect(editor.updates).toContainEqual(expect.objectContaining({ toolCallId: 'plan-1', status: 'completed' }));
});

test('a plan may be approved with policy to decide from there', async () => {
  const editor = await openEditor([plan('Do it'), say('Done.')], { answer: () => select('allow_always') });
  const session = await editor.open();
  await editor.prompt(session, 'Go.');
  expect(editor.updates).toContainEqual({ sessionUpdate: 'current_mode_update', currentModeId: 'auto' });
  expect(await editor.agent.request('_cofferdam/status', { sessionId: session })).toMatchObject({ mode: 'auto' });
});

test('a plan comes back as the user edited it', async () => {
  const steps = [{ id: '1', title: 'Do it well', status: 'pending' }];
  const editor = await openEditor([plan('Do it'), say('Ok.')], {
    answer: () => select('allow', { 'cofferdam/plan': steps }),
  });
  await editor.prompt(await editor.open(), 'Go.');
  expect(JSON.stringify(editor.api.requests[1]?.body.messages)).toContain('Do it well');
  const last = editor.updates.findLast(
    (update): update is Extract<SessionUpdate, { sessionUpdate: 'plan' }> => update.sessionUpdate === 'plan',
  );
  expect(last?.entries.map(({ content }) => content)).toEqual(['Do it well']);
});

test('hidden characters and fences in a command show on its card', async () => {
  const command = `./x.sh '\u202e' "\`\`\`"`;
  const editor = await openEditor([call('commands__run_command', { command }), say('Ok.')]);
  await editor.prompt(await editor.open(build), 'Go.');
  const shown = editor.asked[0]?.toolCall.content?.flatMap((part) =>
    part.type === 'content' && part.content.type === 'text' ? [part.content.text] : [],
  );
  expect(shown?.at(-1)).toBe(`\`\`\`\`sh\n./x.sh '[U+202E]' "\`\`\`"\n\`\`\`\``);
  expect(editor.asked[0]?.toolCall.title).toContain('[U+202E]');
});

test('a server that the editor hands over is used only once the user agreed', async () => {
  const editor = await openEditor([say('Without it, then.')], { answer: () => select('reject') });
  const server = { name: 'weather', command: '/usr/bin/weather', args: ['--all'], env: [{ name: 'KEY', value: 'x' }] };
  const params = { cwd: editor.workspace, mcpServers: [server] };
  const { sessionId } = await editor.agent.request<NewSessionResponse>('session/new', params);
  expect(await editor.prompt(sessionId, 'How is the weather?')).toMatchObject({ stopReason: 'end_turn' });
  expect(editor.asked).toMatchObject([
    { toolCall: { title: 'Enable the MCP server weather for this project?', toolCallId: 'server-1' } },
  ]);
  expect(JSON.stringify(editor.asked[0]?.toolCall.content)).toContain('/usr/bin/weather');
  expect(cardSchema.parse(editor.asked[0]?._meta?.['cofferdam/card'])).toMatchObject({
    kind: 'server',
    server: 'weather',
  });
  expect(editor.updates).toContainEqual(expect.objectContaining({ toolCallId: 'server-1', status: 'failed' }));
});
