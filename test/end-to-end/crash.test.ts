// Whatever ends in the middle of the work, the work goes on.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { client, methods, ndJsonStream, PROTOCOL_VERSION } from '@agentclientprotocol/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { call, gate, type MessagesApi, say, type Turn, toolResults } from '../fakes/messages-api/index.js';
import { cofferdam, home, jsonLines, modelThatPlays, program, sandboxesOf, started } from '../support/cofferdam.js';
import { repositoryWith, temporaryFolder } from '../support/workspaces.js';

const unattended = ['--approve', 'all', '--apply', 'none'];
const write = (content: string) => call('files__write_file', { path: 'a.txt', content });
const read = call('files__read_file', { path: 'a.txt' });
const lastTold = ({ requests }: MessagesApi) => requests.flatMap(toolResults).at(-1)?.text;
const completeLines = (text: string) => jsonLines(text.slice(0, text.lastIndexOf('\n') + 1));

/** The process that works on a session. */
function agentOf(id: string): number {
  return Number.parseInt(readFileSync(join(home, 'sessions', id, 'events.jsonl.lock'), 'utf8'), 10);
}

/** The processes of a kind that another one started. */
function childrenOf(parent: number, words: string): number[] {
  const all = execFileSync('ps', ['--ppid', String(parent), '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes(words)).map((line) => Number.parseInt(line, 10));
}

/** An editor with a session that stays open. */
async function editor(workspace: string, model: MessagesApi) {
  const { PATH, HOME, DOCKER_HOST } = process.env;
  const env = { PATH, HOME, ...(DOCKER_HOST !== undefined && { DOCKER_HOST }), COFFERDAM_HOME: home };
  const child = spawn(process.execPath, [program, 'acp'], {
    env: { ...env, ANTHROPIC_API_KEY: 'any', ANTHROPIC_BASE_URL: model.url },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const streams = [Writable.toWeb(child.stdin), Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>] as const;
  const { agent } = client({ name: 'editor' })
    .onNotification(methods.client.session.update, () => {})
    .connect(ndJsonStream(...streams));
  await agent.request(methods.agent.initialize, { protocolVersion: PROTOCOL_VERSION, clientCapabilities: {} });
  const _meta = { 'cofferdam/mode': 'auto', 'cofferdam/apply': 'never' };
  const { sessionId } = await agent.request(methods.agent.session.new, { cwd: workspace, mcpServers: [], _meta });
  const prompt = (text: string) =>
    agent.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: 'text', text }] });
  return { sessionId, pid: child.pid ?? 0, prompt };
}

test('the agent is killed in the middle of an answer: what was shown is in the log, and the same is asked again', async () => {
  const root = repositoryWith({ 'a.txt': 'one\n' });
  const hold = gate();
  const held: Turn = { ...say('This answer is never heard to its end.'), hold: { after: 4, gate: hold } };
  const model = await modelThatPlays([write('two\n'), held]);
  const running = started(['run', 'Say two', '--json', ...unattended], { model, cwd: root });
  await hold.reached;
  await running.printed('This answer');
  const id = String(completeLines(running.soFar())[0]?.['id']);
  process.kill(agentOf(id), 'SIGKILL');
  hold.open();
  const { code, stdout, stderr } = await running.ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`cofferdam sessions resume ${id}`) });
  const shown = completeLines(stdout).filter(({ kind }) =>
    /^(message|answer|tool-start|tool-result)$/.test(String(kind)),
  );
  expect(shown.map(({ kind }) => kind)).toEqual(['message', 'answer', 'tool-start', 'tool-result']);
  const log = jsonLines((await cofferdam(['sessions', 'show', id, '--json'])).stdout);
  for (const event of shown) expect(log).toContainEqual({ time: expect.any(String), ...event });

  const later = await modelThatPlays([read, say('Two.')]);
  expect(await cofferdam(['sessions', 'resume', id, ...unattended], { model: later })).toMatchObject({ code: 0 });
  expect(later.rejected).toEqual([]);
  expect(JSON.stringify(later.requests[0]?.body)).toBe(JSON.stringify(model.requests[1]?.body));
  expect(lastTold(later)).toContain('two');
});

test.each([
  ['keeper', 'mcp sandbox'],
  ['files server', 'mcp files'],
  ['commands server', 'mcp commands'],
])('the %s is killed while a session is open: the next turn has a new one', async (_, words) => {
  const root = repositoryWith({ 'a.txt': 'one\n' });
  const look = call('commands__run_command', { command: 'cat a.txt' });
  const model = await modelThatPlays([write('two\n'), say('It says two.'), look, say('It still does.')]);
  const { pid, prompt } = await editor(root, model);
  await prompt('Say two');
  const [sandbox] = await sandboxesOf(root);
  const victims = childrenOf(pid, words);
  expect(victims).toHaveLength(1);
  for (const victim of victims) process.kill(victim, 'SIGKILL');
  await expect.poll(() => childrenOf(pid, words)).toEqual([]);
  expect(await prompt('And now?')).toMatchObject({ stopReason: 'end_turn' });
  expect(lastTold(model)).toContain('two');
  expect(await sandboxesOf(root)).toEqual([sandbox]);
});

function removeVolumes(sandbox: string): void {
  const volumes = ['layer', 'workspace'].map((part) => `cofferdam-${sandbox}-${part}`);
  spawnSync('docker', ['volume', 'rm', ...volumes], { stdio: 'ignore' }); // those in use stay
}

test.each([
  ['stopped', (name: string) => ['stop', '--time', '1', name]],
  ['removed', (name: string) => ['rm', '--force', name]],
])('the containers are %s while a session is open: the next turn has them again, with the files', async (_, end) => {
  const root = repositoryWith({ 'a.txt': 'one\n' });
  const look = call('commands__run_command', { command: 'cat a.txt' });
  const model = await modelThatPlays([write('two\n'), say('It says two.'), look, say('It still does.')]);
  const { pid, prompt } = await editor(root, model);
  await prompt('Say two');
  const [sandbox] = await sandboxesOf(root);
  for (const part of ['tools', 'command']) {
    execFileSync('docker', end(`cofferdam-${sandbox}-${part}`), { stdio: 'ignore' });
  }
  // What a sandbox without containers leaves is for "cofferdam sandbox prune", which is for all of a machine.
  onTestFinished(() => removeVolumes(String(sandbox)));
  await expect.poll(() => childrenOf(pid, 'mcp files')).toEqual([]);
  expect(await prompt('And now?')).toMatchObject({ stopReason: 'end_turn' });
  expect(lastTold(model)).toContain('two');
});

// Without root, agent/src/session/log.test.ts stands for it.
test.runIf(process.getuid?.() === 0)(
  'a full disk stops the run, which says so and loses nothing; with room again it goes on',
  async () => {
    const state = temporaryFolder();
    const sessions = join(state, 'sessions');
    mkdirSync(sessions);
    mountSmall(sessions);
    const root = repositoryWith({ 'a.txt': 'one\n' });
    const hold = gate();
    const held: Turn = { ...write('x'.repeat(8_000)), hold: { after: 1, gate: hold } };
    const model = await modelThatPlays([write('two\n'), held]);
    const env = { COFFERDAM_HOME: state };
    const running = started(['run', 'Count', '--json', ...unattended], { model, cwd: root, env });
    await hold.reached;
    const filler = join(sessions, 'filler');
    fill(filler);
    hold.open();
    const { code, stdout, stderr } = await running.ended;
    const [first, ...others] = completeLines(stdout);
    const id = String(first?.['id']);
    // What is small may still find room: the end of the run is told by it, or by the failure to write it.
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/cannot be written.*ENOSPC.*Make room on the disk/s);
    expect(stderr).toContain(`cofferdam sessions resume ${id}`);
    expect(others.filter(({ kind }) => kind === 'answer')).toHaveLength(1);

    rmSync(filler);
    const later = await modelThatPlays([read, say('Two.')]);
    const resumed = await cofferdam(['sessions', 'resume', id, ...unattended], { model: later, env });
    expect(resumed).toMatchObject({ code: 0 });
    expect(later.rejected).toEqual([]);
    expect(lastTold(later)).toContain('two');
    const log = jsonLines((await cofferdam(['sessions', 'show', id, '--json'], { env })).stdout);
    expect(log.filter(({ kind }) => kind === 'message')).toHaveLength(1);
  },
);

/** Puts a file system of 256 kB there. */
function mountSmall(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', [folder]));
}

/** Leaves no room beside this file. */
function fill(file: string): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(1024), { flag: 'a' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
