import { expect, test } from 'vitest';
import type { Session } from '../../session/index.js';
import { answer, callOf, memoryWorkspace, newSession, result, toolInfo, userSays } from '../testing.js';
import { Told } from '../told.js';
import { NestedInstructions } from './nested.js';

const workspace = memoryWorkspace({ 'a/AGENTS.md': 'Tabs.', 'a/b/CLAUDE.md': 'Spaces.', 'a/b/c.ts': '' });
const readFile = toolInfo('files', 'read_file');

function nested(session: Session, known: string[] = ['']) {
  return new NestedInstructions({ session, workspace, told: new Told(session), known });
}

const told = (session: Session) =>
  session.events().flatMap((event) => {
    if (event.kind !== 'message' || event.from !== 'cofferdam') return [];
    return event.content.map((block) => ('name' in block ? block.name : ''));
  });

test('instructions of folders are told when the model first works there, outermost first, once', async () => {
  const session = newSession([userSays('Go.')]);
  const instructions = nested(session);
  for (let i = 0; i < 2; i++) await instructions.meet(readFile, callOf('files__read_file', { path: 'a/b/c.ts' }));
  expect(told(session)).toEqual(['a/AGENTS.md', 'a/b/CLAUDE.md']);
});

test('once means once a session, also over a resume, and again after the conversation went back', async () => {
  const session = newSession([userSays('Go.')]);
  await nested(session).meet(readFile, callOf('x', { path: 'a/x.ts' }));
  const resumed = nested(session);
  await resumed.meet(readFile, callOf('x', { path: 'a/y.ts' }));
  expect(told(session)).toEqual(['a/AGENTS.md']);
  session.record({ kind: 'rewound', prompt: 1, checkpoint: null });
  await resumed.meet(readFile, callOf('x', { path: 'a/y.ts' }));
  expect(told(session)).toEqual(['a/AGENTS.md', 'a/AGENTS.md']);
});

test('calls at once tell it once', async () => {
  const session = newSession([userSays('Go.')]);
  const instructions = nested(session);
  await Promise.all([1, 2, 3].map((i) => instructions.meet(readFile, callOf('x', { path: `a/${i}.ts` }))));
  expect(told(session)).toEqual(['a/AGENTS.md']);
});

test('they follow the results, are fenced, and are a source', async () => {
  const session = newSession([userSays('Go.'), answer('', { call_1: { tool: 'files__read_file' } })]);
  await nested(session).meet(readFile, callOf('x', { path: 'a/x.ts' }));
  session.record(result('call_1', 'files__read_file', 'text'));
  const { messages, sources } = session.conversation;
  expect(messages.at(-1)?.content).toMatchObject([
    { type: 'tool_result' },
    {
      type: 'text',
      text: expect.stringMatching(/^\[Cofferdam\] .*"a\/AGENTS.md".*\n<outside-.*\nTabs\.\n<\/outside-/),
    },
  ]);
  expect([...sources]).toEqual(['a/AGENTS.md']);
});

test("folders of the system prompt, other servers' paths and servers that are not ours tell nothing", async () => {
  const session = newSession([userSays('Go.')]);
  await nested(session, ['', 'a', 'a/b']).meet(readFile, callOf('x', { path: 'a/b/c.ts' }));
  await nested(session).meet(toolInfo('gitlab', 'get_file'), callOf('x', { path: 'a/b/c.ts' }));
  await nested(session).meet(toolInfo('files', 'read_file', { ours: false }), callOf('x', { path: 'a/b/c.ts' }));
  expect(told(session)).toEqual([]);
});

test('a folder that is looked at counts itself', async () => {
  const session = newSession([userSays('Go.')]);
  await nested(session).meet(toolInfo('files', 'list_directory'), callOf('x', { path: 'a' }));
  await nested(session).meet(toolInfo('files', 'move'), callOf('x', { from: 'x.ts', to: 'a/b/x.ts' }));
  expect(told(session)).toEqual(['a/AGENTS.md', 'a/b/CLAUDE.md']);
});
