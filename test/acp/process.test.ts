// The agent as editors start it: a process of its own, with the real engine behind it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { call, say } from '../fakes/messages-api/index.js';
import { home, modelThatPlays, program, sandboxesOf } from '../support/cofferdam.js';
import { repositoryWith } from '../support/workspaces.js';

interface Message {
  id?: number | null;
  method?: string;
  params?: { update?: { sessionUpdate: string; status?: string } };
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

/** An editor that speaks lines, and so may also speak nonsense. */
class Editor {
  readonly lines: string[] = [];
  readonly ended: Promise<{ code: number | null; stderr: string }>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #id = 0;

  constructor(modelUrl: string) {
    const { PATH, HOME, DOCKER_HOST } = process.env;
    const env = { PATH, HOME, ...(DOCKER_HOST !== undefined && { DOCKER_HOST }), COFFERDAM_HOME: home };
    const child = spawn(process.execPath, [program, 'acp'], {
      env: { ...env, ANTHROPIC_API_KEY: 'any', ANTHROPIC_BASE_URL: modelUrl },
    });
    this.#child = child;
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    // It may end before it has read everything.
    child.stdin.on('error', () => {});
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.lines.push(line);
      for (const look of this.#waiting) look();
    });
    this.ended = once(child, 'close').then(([code]) => ({ code, stderr }));
    onTestFinished(() => void child.kill('SIGKILL'));
  }

  get messages(): Message[] {
    return this.lines.map((line) => JSON.parse(line));
  }

  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  async ask(method: string, params: object): Promise<Message> {
    const id = ++this.#id;
    this.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    await this.sees((message) => message.id === id && message.method === undefined);
    return this.messages.find((message) => message.id === id && message.method === undefined) ?? {};
  }

  tell(method: string, params: object): void {
    this.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++this.#id, method, params })}\n`);
  }

  /** Resolves when such a message has come. */
  sees(wanted: (message: Message) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.messages.some(wanted)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Introduces itself and opens a session that works by itself. */
  async open(workspace: string): Promise<string> {
    await this.ask('initialize', { protocolVersion: 1, clientCapabilities: {} });
    const _meta = { 'cofferdam/mode': 'auto', 'cofferdam/apply': 'always' };
    const { result } = await this.ask('session/new', { cwd: workspace, mcpServers: [], _meta });
    return String(result?.['sessionId']);
  }

  hangUp(): void {
    this.#child.stdin?.end();
  }

  /** Reads nothing more, and is gone. */
  die(): void {
    this.#child.stdout?.destroy();
    this.#child.stdin?.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

const prompt = (sessionId: string, text: string) => ({ sessionId, prompt: [{ type: 'text', text }] });
const inProgress = ({ params }: Message) => params?.update?.status === 'in_progress';
const sleep = call('commands__run_command', { command: 'sleep 600' });

test('standard output is the protocol’s alone; what is nonsense is answered, and the work goes on', async () => {
  const workspace = repositoryWith({ 'a.txt': 'one\n' });
  const command = call('commands__run_command', { command: 'cat a.txt; echo two > a.txt' });
  const model = await modelThatPlays([command, say('Done.')]);
  const editor = new Editor(model.url);
  const session = await editor.open(workspace);
  editor.write('not JSON\n[]\n42\n{"jsonrpc":"2.0","method":"session/update","id":"x"}\n');
  const { result } = await editor.ask('session/prompt', prompt(session, 'Make it two.'));
  expect(result).toMatchObject({ stopReason: 'end_turn' });
  expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('two\n');
  editor.hangUp();
  expect(await editor.ended).toEqual({ code: 0, stderr: '' });
  const codes = editor.messages.flatMap(({ error }) => (error ? [error.code] : []));
  expect(codes.sort()).toEqual([-32700, -32601, -32600, -32600].sort());
});

test('a session that was never used leaves no sandbox, even when its editor goes while it opens', async () => {
  const workspace = repositoryWith({ 'a.txt': 'one\n' });
  const model = await modelThatPlays([]);
  const editor = new Editor(model.url);
  await editor.open(workspace);
  editor.hangUp();
  expect(await editor.ended).toEqual({ code: 0, stderr: '' });
  expect(await sandboxesOf(workspace)).toEqual([]);
});

test.each<[string, (editor: Editor) => void]>([
  ['hangs up', (editor) => editor.hangUp()],
  ['dies', (editor) => editor.die()],
  ['ends the agent', (editor) => editor.kill('SIGTERM')],
])('an editor that %s in the middle of a command leaves a session that goes on', async (_, leave) => {
  const workspace = repositoryWith({ 'a.txt': 'one\n' });
  const model = await modelThatPlays([sleep, say('It was stopped.')]);
  const first = new Editor(model.url);
  const session = await first.open(workspace);
  first.tell('session/prompt', prompt(session, 'Wait.'));
  await first.sees(inProgress);
  leave(first);
  expect(await first.ended).toMatchObject({ code: 0 });

  const second = new Editor(model.url);
  await second.ask('initialize', { protocolVersion: 1, clientCapabilities: {} });
  expect((await second.ask('session/load', { sessionId: session, cwd: workspace, mcpServers: [] })).error).toBe(
    undefined,
  );
  const { result } = await second.ask('session/prompt', prompt(session, '/resume'));
  expect(result).toMatchObject({ stopReason: 'end_turn' });
  expect(model.rejected).toEqual([]);
  expect(await sandboxesOf(workspace)).toHaveLength(1);
  await second.ask('session/delete', { sessionId: session });
  expect(await sandboxesOf(workspace)).toEqual([]);
  second.hangUp();
  await second.ended;
});

test('a session that nobody has open is deleted with its sandbox', async () => {
  const workspace = repositoryWith({ 'a.txt': 'one\n' });
  const model = await modelThatPlays([say('Hello.')]);
  const first = new Editor(model.url);
  const session = await first.open(workspace);
  await first.ask('session/prompt', prompt(session, 'Hello?'));
  await first.ask('session/close', { sessionId: session });
  expect(await sandboxesOf(workspace)).toHaveLength(1);
  await first.ask('session/delete', { sessionId: session });
  expect(await sandboxesOf(workspace)).toEqual([]);
  const { result } = await first.ask('session/list', { cwd: workspace });
  expect(result).toEqual({ sessions: [] });
  first.hangUp();
  await first.ended;
});

test('a message that is too large ends the connection with a word', async () => {
  const workspace = repositoryWith({ 'a.txt': 'one\n' });
  const model = await modelThatPlays([]);
  const editor = new Editor(model.url);
  await editor.open(workspace);
  for (let sent = 0; sent < 130; sent++) editor.write('x'.repeat(1024 * 1024));
  expect(await editor.ended).toMatchObject({ code: 2, stderr: expect.stringContaining('at once. Attach less.') });
  expect(await sandboxesOf(workspace)).toEqual([]);
});
