// Sessions whose sandbox stopped, or is gone.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { call, say, toolResults } from '../fakes/messages-api/index.js';
import { cofferdam, jsonLines, modelThatPlays, sandboxesOf } from '../support/cofferdam.js';
import { repositoryWith } from '../support/workspaces.js';

const kept = ['--approve', 'all', '--apply', 'none'];
const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8', stdio: 'pipe' });
const containersOf = (sandbox: string) => ['tools', 'command'].map((name) => `cofferdam-${sandbox}-${name}`);

/** A session that wrote `two` into a file. */
async function begun() {
  const root = repositoryWith({ 'a.txt': 'one\n' });
  const write = call('files__write_file', { path: 'a.txt', content: 'two\n' });
  const model = await modelThatPlays([write, say('It says two.')]);
  const { stdout } = await cofferdam(['run', 'Say two', '--json', ...kept], { model, cwd: root });
  const id = String(jsonLines(stdout)[0]?.['id']);
  const [sandbox = ''] = await sandboxesOf(root);
  return { root, id, sandbox };
}

async function readsOn(id: string) {
  const model = await modelThatPlays([call('files__read_file', { path: 'a.txt' }), say('Two.')]);
  const resumed = await cofferdam(['sessions', 'resume', id, 'What does it say?', ...kept], { model });
  return { ...resumed, read: model.requests.flatMap(toolResults).at(-1)?.text };
}

test('after the engine stopped its containers, a session goes on in them', async () => {
  const { root, id, sandbox } = await begun();
  docker('stop', '--time', '1', ...containersOf(sandbox));
  const { code, read } = await readsOn(id);
  expect({ code, read }).toEqual({ code: 0, read: expect.stringContaining('two') });
  expect(await sandboxesOf(root)).toEqual([sandbox]);
});

test('where they are gone, it goes on in a new sandbox with the same files, and says so', async () => {
  const { root, id, sandbox } = await begun();
  docker('rm', '--force', ...containersOf(sandbox));
  const { code, read, stderr } = await readsOn(id);
  expect({ code, read }).toEqual({ code: 0, read: expect.stringContaining('two') });
  expect(stderr).toContain(`The sandbox ${sandbox} is gone; the session goes on in a new one`);
  const [fresh = ''] = await sandboxesOf(root);
  expect(fresh).not.toBe(sandbox);
  expect((await cofferdam(['sandbox', 'changes', fresh])).stdout).toContain('M a.txt');
});

test('a rewind brings files back while a command runs on in the background', async () => {
  const { root, id } = await begun();
  const model = await modelThatPlays([
    call('commands__start_command', { command: 'while sleep 0.1; do date > tick; done' }),
    call('files__write_file', { path: 'a.txt', content: 'three\n' }),
    say('It says three.'),
  ]);
  await cofferdam(['sessions', 'resume', id, 'Say three', ...kept], { model });
  expect(await cofferdam(['sessions', 'rewind', id, '2'], { model })).toMatchObject({ code: 0 });
  expect((await readsOn(id)).read).toContain('two');
  const [sandbox = ''] = await sandboxesOf(root);
  expect((await cofferdam(['sandbox', 'changes', sandbox, '--patch'])).stdout).toContain('+two');
});
