// A runner on this machine and a client of the server, for the tests of this folder.
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CommandRunner,
  type ExecOptions,
  type ExecResult,
  type Execution,
  SandboxError,
} from '@cofferdam/sandbox';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { type CallToolResult, CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { createCommandsServer } from './server.js';

/** Real processes, each the leader of a group that is killed as a whole. `missing` programs cannot be started. */
export class LocalRunner implements CommandRunner {
  readonly #missing: readonly string[];
  /** The programs asked for. */
  readonly asked: string[] = [];

  constructor({ missing = [] }: { missing?: readonly string[] } = {}) {
    this.#missing = missing;
  }

  exec([program = '', ...args]: readonly string[], options: ExecOptions = {}): Execution {
    this.asked.push(program);
    const found = this.#missing.includes(program) ? '/not/there' : program;
    const child = spawn(found, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, detached: true });
    const kill = (signal: NodeJS.Signals = 'SIGKILL') => {
      if (child.pid !== undefined) process.kill(signal === 'SIGKILL' ? -child.pid : child.pid, signal);
    };
    const started = performance.now();
    let timedOut = false;
    const limit =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            kill();
          }, options.timeoutMs);
    options.signal?.addEventListener('abort', () => kill());
    if (!options.stdin) child.stdin.end();
    const result = new Promise<ExecResult>((resolve, reject) => {
      child.on('error', (cause) => {
        clearTimeout(limit);
        reject(new SandboxError('exec-failed', `${program} cannot be run.`, 'Check the path.', { cause }));
      });
      child.on('close', (exitCode, signal) => {
        clearTimeout(limit);
        const durationMs = performance.now() - started;
        resolve({ exitCode, signal, durationMs, timedOut, truncated: false, stdoutBytes: 0, stderrBytes: 0 });
      });
    });
    return { stdout: child.stdout, stderr: child.stderr, stdin: child.stdin, result, kill };
  }
}

export interface Answer {
  text: string;
  /** The code of a failure. */
  error: unknown;
  structured: NonNullable<CallToolResult['structuredContent']>;
}

export async function connect({ runner = new LocalRunner() }: { runner?: CommandRunner } = {}) {
  const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'commands-server-')));
  const client = new Client({ name: 'test', version: '0' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await createCommandsServer({ runner, workspace }).connect(theirs);
  await client.connect(ours);
  const call = async (name: string, args: object = {}, options: RequestOptions = {}): Promise<Answer> => {
    const request = { name, arguments: { ...args } };
    const result = CallToolResultSchema.parse(await client.callTool(request, undefined, options));
    const [content] = result.content;
    return {
      text: content?.type === 'text' ? content.text : '',
      error: result.isError ? result._meta?.['cofferdam/error'] : undefined,
      structured: result.structuredContent ?? {},
    };
  };
  const start = async (command: string, args: object = {}) =>
    String((await call('start_command', { command, ...args })).structured['id']);
  return { client, call, start, workspace };
}
