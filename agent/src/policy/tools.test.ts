// The policy's idea of our tools, held against the tools themselves.
import { createCommandsServer, createFilesServer, createGitServer } from '@cofferdam/mcp-servers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { pathArguments } from './paths.js';
import { commandTools } from './subject.js';

async function toolsOf(server: Server): Promise<Tool[]> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1' });
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  const { tools } = await client.listTools();
  await client.close();
  return tools;
}

/** Arguments that lead to a file: by their names, of which a test would miss a new one. */
const pathNames = ['path', 'paths', 'from', 'to'];

test.each([
  ['files', createFilesServer({ root: process.cwd() })],
  ['git', createGitServer({ root: process.cwd() })],
])('every tool of %s that takes a path is known', async (server, running) => {
  const found = (await toolsOf(running)).flatMap(({ name, inputSchema }) => {
    const keys = Object.keys(inputSchema.properties ?? {}).filter((key) => pathNames.includes(key));
    // Git's tools call commits so.
    const paths = server === 'git' ? keys.filter((key) => key !== 'from' && key !== 'to') : keys;
    return paths.length > 0 ? [[`${server}.${name}`, paths.sort()]] : [];
  });
  const known = Object.entries(pathArguments).filter(([name]) => name.startsWith(`${server}.`));
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(known.map(([name, { keys }]) => [name, [...keys].sort()])),
  );
});

test('every tool that takes a command line is known', async () => {
  const runner = {
    exec(): never {
      throw new Error('nothing is run here');
    },
  };
  const tools = await toolsOf(createCommandsServer({ workspace: '/', runner }));
  const found = tools.filter(({ inputSchema }) => 'command' in (inputSchema.properties ?? {})).map(({ name }) => name);
  expect(found.sort()).toEqual([...commandTools].sort());
});
