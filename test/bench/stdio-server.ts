// A tool server as a process of its own, with the SDK's client in front of it.
import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';

export interface ServerCommand {
  /** Arguments of Node: the program and its own. */
  args: readonly string[];
  env: Record<string, string>;
}

export interface StartedServer {
  tools: readonly Tool[];
  /** Milliseconds from the start of the process until its tools were listed. */
  readyMs: number;
  /** Memory that is resident now, in MB (2^20 bytes). */
  residentMb(): number;
  /** Throws where the tool answers with an error. */
  call(name: string, input: Record<string, unknown>): Promise<CallToolResult>;
  close(): Promise<void>;
}

export async function startServer({ args, env }: ServerCommand): Promise<StartedServer> {
  const { PATH = '', HOME = '' } = process.env;
  const server = { command: process.execPath, args: [...args], env: { PATH, HOME, ...env }, stderr: 'ignore' as const };
  const start = performance.now();
  const transport = new StdioClientTransport(server);
  const client = new Client({ name: 'bench', version: '1' });
  await client.connect(transport);
  const { tools } = await client.listTools();
  const readyMs = performance.now() - start;
  return {
    tools,
    readyMs,
    residentMb() {
      const status = readFileSync(`/proc/${transport.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    },
    async call(name, input) {
      const result = (await client.callTool({ name, arguments: input })) as CallToolResult;
      if (result.isError) throw new Error(`${name}: ${JSON.stringify(result.content)}`);
      return result;
    },
    close: () => client.close(),
  };
}
