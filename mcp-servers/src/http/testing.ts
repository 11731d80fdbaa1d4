// What the tests of this folder share: a server with two tools, clients of the SDK, and requests written by hand.
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { createServer, defineTool, readOnly, type Tool } from '../kit/index.js';
import { type HttpOptions, type HttpServing, serveHttp } from './index.js';

export const token = 'the-token-of-Ada==';
export const otherToken = 'the-token-of-Bob';

/** A call of `wait` that runs: it goes on until it is aborted or `end` is called. */
export interface Waiting {
  readonly signal: AbortSignal;
  end(): void;
}

export interface Served extends HttpServing {
  readonly port: number;
  /** The ids of the sessions that servers were made for. */
  readonly sessions: string[];
  readonly errors: Error[];
  /** The next call of `wait` that begins. */
  waiting(): Promise<Waiting>;
}

/** Serves until the test ends. */
export async function served(options: Partial<HttpOptions> = {}): Promise<Served> {
  const sessions: string[] = [];
  const errors: Error[] = [];
  const calls: Waiting[] = [];
  const wanted: ((call: Waiting) => void)[] = [];
  const serving = await serveHttp({
    createServer({ id }) {
      sessions.push(id);
      const tools = [whoTool(id), waitTool((call) => (wanted.shift() ?? ((late) => calls.push(late)))(call))];
      return createServer({ name: 'test', version: '1', instructions: 'Waits.', tools });
    },
    port: 0,
    token,
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(() => serving.close());
  return {
    ...serving,
    port: Number(new URL(serving.url).port),
    sessions,
    errors,
    waiting: () =>
      new Promise((resolve) => {
        const call = calls.shift();
        if (call) resolve(call);
        else wanted.push(resolve);
      }),
  };
}

/** A client of the SDK, closed when the test ends. */
export async function connected(url: string, bearer = token) {
  const client = new Client({ name: 'test', version: '1' });
  const headers = { authorization: `Bearer ${bearer}` };
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  await client.connect(transport as Transport);
  onTestFinished(() => client.close());
  return { client, transport };
}

interface Asked {
  method?: string;
  path?: string;
  /** The address to connect to. Default: 127.0.0.1. */
  host?: string;
  /** Added to `asks`; undefined leaves one out. */
  headers?: Record<string, string | undefined>;
  body?: string;
}

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  text: string;
}

export const asks = {
  host: '127.0.0.1',
  accept: 'application/json, text/event-stream',
  'content-type': 'application/json',
  authorization: `Bearer ${token}`,
};

export const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'by hand', version: '1' } },
});

/** One request, by default an `initialize` that nothing is wrong with, and its whole answer. */
export async function ask(
  port: number,
  {
    method = 'POST',
    path = '/mcp',
    host = '127.0.0.1',
    headers,
    body = method === 'POST' ? initialize : undefined,
  }: Asked = {},
): Promise<Answer> {
  const outgoing = request({ port, host, method, path, agent: false });
  for (const [name, value] of Object.entries({ ...asks, ...headers })) {
    if (value !== undefined) outgoing.setHeader(name, value);
  }
  outgoing.end(body);
  const [incoming] = await once(outgoing, 'response');
  outgoing.on('error', () => {}); // the server may answer, and hang up, before it has read everything
  let text = '';
  for await (const chunk of incoming) text += chunk;
  return { status: incoming.statusCode, headers: incoming.headers, text };
}

function whoTool(session: string): Tool {
  return defineTool({
    name: 'who',
    title: 'Who',
    description: 'The session.',
    input: z.object({}),
    annotations: readOnly,
    run: async () => ({ text: session }),
  });
}

function waitTool(onCall: (call: Waiting) => void): Tool {
  return defineTool({
    name: 'wait',
    title: 'Wait',
    description: 'Reports that it began, and waits.',
    input: z.object({}),
    annotations: readOnly,
    run: (_, { signal, progress }) =>
      new Promise<{ text: string }>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('It was aborted.')));
        progress('It began.');
        onCall({ signal, end: () => resolve({ text: 'It ended.' }) });
      }),
  });
}
