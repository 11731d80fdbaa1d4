// Real repositories in temporary folders, and a client of the server, for the tests of this folder.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { type CallToolResult, CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { GitServerOptions } from './repository.js';
import { createGitServer } from './server.js';

export function tempFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'git-server-')));
}

/** Git as a user runs it, in `folder`. */
export function git(folder: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'protocol.file.allow=always'];
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim();
}

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** A repository on branch `main` with one commit that holds `files`. */
export function repository(files: Readonly<Record<string, string>> = { 'a.txt': 'one\ntwo\nthree\n' }): string {
  const folder = tempFolder();
  git(folder, 'init', '--quiet', '--initial-branch=main');
  commit(folder, files, 'First');
  return folder;
}

export function commit(folder: string, files: Readonly<Record<string, string>>, message: string): void {
  write(folder, files);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', message);
}

/** A program that leaves a file behind when it is run, and passes stdin on as a filter would. */
export function canary(): { program: string; mark: string } {
  const folder = tempFolder();
  const program = join(folder, 'canary');
  const mark = join(folder, 'sang');
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> ${mark}\ncat\n`);
  chmodSync(program, 0o755);
  return { program, mark };
}

export type Call = (name: string, args?: Record<string, unknown>) => Promise<Answer>;

interface Answer {
  text: string;
  /** The code of a failure. */
  error: unknown;
  structured: CallToolResult['structuredContent'];
}

export async function connect(options: GitServerOptions): Promise<{ client: Client; call: Call }> {
  const client = new Client({ name: 'test', version: '0' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await createGitServer(options).connect(theirs);
  await client.connect(ours);
  return { client, call: caller(client) };
}

export function caller(client: Client): Call {
  return async (name, args = {}) => {
    const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: args }));
    const [content] = result.content;
    return {
      text: content?.type === 'text' ? content.text : '',
      error: result.isError ? result._meta?.['cofferdam/error'] : undefined,
      structured: result.structuredContent,
    };
  };
}
