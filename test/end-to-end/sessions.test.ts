// Coming back to what was done: list, search, show, resume, rewind, fork, export, delete.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { call, say, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';
import { cofferdam, home, jsonLines, modelThatPlays, sandboxesOf } from '../support/cofferdam.js';
import { git, repositoryWith, temporaryFolder } from '../support/workspaces.js';

const root = repositoryWith({ 'a.txt': 'one\n' });
const write = (content: string) => call('files__write_file', { path: 'a.txt', content });
const kept = ['--approve', 'all', '--apply', 'none'];

/** A session of two prompts, whose files say `two`, then `three`. */
let id: string;
beforeAll(async () => {
  const first = await modelForAll([write('two\n'), say('It says two.')]);
  const run = await cofferdam(['run', 'Say two, please', '--json', ...kept], { model: first, cwd: root });
  id = String(jsonLines(run.stdout)[0]?.['id']);
  const second = await modelForAll([write('three\n'), say('It says three.')]);
  await cofferdam(['sessions', 'resume', id, 'Say three', ...kept], { model: second });
});

/** As `modelThatPlays`, for hooks: it ends with the file. */
async function modelForAll(script: readonly Turn[]) {
  const model = await startMessagesApi(script);
  afterAll(() => model.close());
  return model;
}

const patchOf = async (sandbox: string) => (await cofferdam(['sandbox', 'changes', sandbox, '--patch'])).stdout;

test('list tells what each was about, how it stands, and what it cost; an id may be cut short', async () => {
  const listed = await cofferdam(['sessions', 'list', '--workspace', root]);
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout).toMatch(new RegExp(`^${id} {2}done +2 prompts +\\$0\\.\\d\\d {2}Say two, please\n$`));
  expect(await cofferdam(['sessions', 'list', '--workspace', temporaryFolder()])).toMatchObject({
    code: 0,
    stdout: '',
  });
  const [session] = jsonLines((await cofferdam(['sessions', 'list', '--workspace', root, '--json'])).stdout);
  expect(session).toMatchObject({ id, prompts: 2, running: false, sandbox: (await sandboxesOf(root))[0] });
  const short = await cofferdam(['sessions', 'show', id.slice(0, -2)]);
  expect(short).toMatchObject({ code: 0, stdout: expect.stringContaining('Say two, please') });
});

test('--search finds it by what was said and done, and shows where', async () => {
  const found = await cofferdam(['sessions', 'list', '--workspace', root, '--search', 'SAYS THREE']);
  expect(found.stdout).toMatch(new RegExp(`^${id} .*It says three\\.\n$`));
  const missed = await cofferdam(['sessions', 'list', '--workspace', root, '--search', 'four']);
  expect(missed).toMatchObject({ code: 0, stdout: '' });
});

test('show numbers the prompts, shows calls and answers, and what it cost', async () => {
  const { stdout } = await cofferdam(['sessions', 'show', id]);
  expect(stdout).toContain('1 > Say two, please\n');
  expect(stdout).toContain('● files__write_file a.txt\n');
  expect(stdout).toMatch(/2 > Say three\n.*It says three\.\n4 turns · /s);
  const events = jsonLines((await cofferdam(['sessions', 'show', id, '--json'])).stdout);
  expect(events[0]).toMatchObject({ kind: 'session', id });
});

test('export writes Markdown or JSON, to stdout or a file', async () => {
  const markdown = await cofferdam(['sessions', 'export', id]);
  expect(markdown).toMatchObject({ code: 0, stdout: expect.stringContaining('## Prompt 2\n\n> Say three\n') });
  const file = join(temporaryFolder(), 'session.json');
  expect(await cofferdam(['sessions', 'export', id, '--format', 'json', '--output', file])).toMatchObject({ code: 0 });
  expect(JSON.parse(readFileSync(file, 'utf8'))[0]).toMatchObject({ kind: 'session', id });
});

test('fork tries another way from before a prompt, in a sandbox of its own; the session stays as it is', async () => {
  const model = await modelThatPlays([write('2b\n'), say('Another way.')]);
  const forked = await cofferdam(['sessions', 'fork', id, '2'], { model });
  const other = forked.stdout.trim();
  expect(forked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d{8}-\d{6}-[0-9a-f]{6}\n$/) });
  const [before] = (await sessionsHere()).filter((session) => session['id'] === other);
  expect(before).toMatchObject({ prompts: 1, forkedFrom: id });
  expect(await patchOf(String(before?.['sandbox']))).toContain('+two\n');
  expect(await cofferdam(['sessions', 'resume', other, 'Otherwise', ...kept], { model })).toMatchObject({ code: 0 });
  expect(await patchOf(String(before?.['sandbox']))).toContain('+2b\n');
  const [session] = (await sessionsHere()).filter((session) => session['id'] === id);
  expect(await patchOf(String(session?.['sandbox']))).toContain('+three\n');
  expect(await cofferdam(['sessions', 'delete', other])).toMatchObject({ code: 0 });
});

test('rewind brings conversation and files back together; what came after no longer counts', async () => {
  const [sandbox = ''] = await sandboxesOf(root);
  const model = await modelThatPlays([say('It still says two.')]);
  const rewound = await cofferdam(['sessions', 'rewind', id, '2'], { model });
  expect(rewound).toMatchObject({ code: 0, stderr: expect.stringContaining('Back to before prompt 2.') });
  expect(await patchOf(sandbox)).toContain('+two\n');
  await cofferdam(['sessions', 'resume', id, 'What does it say?', ...kept], { model });
  expect(JSON.stringify(model.requests[0]?.body.messages)).not.toContain('Say three');
  expect(git(root, 'status', '--short')).toBe('');
});

test.each([
  [['rewind', '9'], 'There is no prompt 9'],
  [['fork', '9'], 'There is no prompt 9'],
])('%j: a prompt that there is not is said', async ([verb = '', prompt = ''], message) => {
  const model = await modelThatPlays([]);
  const { code, stderr } = await cofferdam(['sessions', verb, id, prompt], { model });
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(message);
});

test('a session that somebody works on is neither taken up nor deleted', async () => {
  const lock = join(home, 'sessions', id, 'events.jsonl.lock');
  writeFileSync(lock, String(process.pid));
  onTestFinished(() => rmSync(lock));
  const model = await modelThatPlays([]);
  for (const verb of ['resume', 'delete']) {
    const { code, stderr } = await cofferdam(['sessions', verb, id], { model });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`in use by process ${process.pid}`) });
  }
  const [session] = await sessionsHere();
  expect(session).toMatchObject({ running: true });
});

test('delete removes the session and its sandbox', async () => {
  expect(await cofferdam(['sessions', 'delete', id])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(await sessionsHere()).toEqual([]);
  expect(await sandboxesOf(root)).toEqual([]);
});

async function sessionsHere() {
  return jsonLines((await cofferdam(['sessions', 'list', '--workspace', root, '--json'])).stdout);
}
