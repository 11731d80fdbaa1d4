// What the tests of the files server share: a folder, a server on it, and a client that reads its answers.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { afterAll } from 'vitest';
import { createFilesServer } from './server.js';

interface TestClient {
  /** The absolute path of something below the root. */
  at(path: string): string;
  call(name: string, args: Record<string, unknown>): Promise<CallToolResult>;
  /** The text of a call that works. */
  text(name: string, args: Record<string, unknown>): Promise<string>;
  structured(name: string, args: Record<string, unknown>): Promise<CallToolResult['structuredContent']>;
  /** The error code and text of a call that is refused. */
  refused(name: string, args: Record<string, unknown>): Promise<{ code: unknown; text: string }>;
}

/** A server on a new empty folder, and a client of it; both are gone after the tests of the file. */
export async function filesClient(): Promise<TestClient> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'files-')));
  const client = new Client({ name: 'test', version: '0' });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await createFilesServer({ root }).connect(far);
  await client.connect(near);
  afterAll(async () => {
    await client.close();
    await rm(root, { recursive: true });
  });
  await client.listTools(); // so that the client checks structured results

  const call: TestClient['call'] = async (name, args) =>
    (await client.callTool({ name, arguments: args })) as CallToolResult;
  const works = async (name: string, args: Record<string, unknown>) => {
    const result = await call(name, args);
    if (result.isError) throw new Error(`${name} was refused: ${textOf(result)}`);
    return result;
  };
  return {
    at: (path) => join(root, path),
    call,
    text: async (name, args) => textOf(await works(name, args)),
    structured: async (name, args) => (await works(name, args)).structuredContent,
    async refused(name, args) {
      const result = await call(name, args);
      if (!result.isError) throw new Error(`${name} worked: ${textOf(result)}`);
      return { code: result._meta?.['cofferdam/error'], text: textOf(result) };
    },
  };
}

function textOf({ content }: CallToolResult): string {
  return content.map((block) => (block.type === 'text' ? block.text : `<${block.type}>`)).join('\n');
}
