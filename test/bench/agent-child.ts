// Measures the agent in a process of its own: `turns` and `bare` print milliseconds, `long` prints what a long session costs,
// `sessions` fills a home with them.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { AgentSession } from '../../agent/src/agent/index.js';
import { openToolbox, stdioServer } from '../../agent/src/mcp/index.js';
import { anthropicModel } from '../../agent/src/model/index.js';
import { everything, loadPolicy } from '../../agent/src/policy/index.js';
import { createLog, newSessionId, resumeLog, Session, type SessionEvent } from '../../agent/src/session/index.js';
import { memoryKeeper } from '../agent/memory-keeper.js';
import { calls, type MessagesApi, say, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';

/** An MCP server that does nothing, and answers as many characters as it is asked for. */
const server = `
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'noop', version: '1' } }),
  'tools/list': () => ({ tools: [{ name: 'look', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true, openWorldHint: false } }] }),
  'tools/call': ({ arguments: { size = 0 } }) => ({ content: [{ type: 'text', text: 'ok ' + 'x'.repeat(size) }] }),
};
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method](params) }));
});`;
const command = { command: process.execPath, args: ['-e', server] };
/** A process each. */
const servers = ['one', 'two', 'three'];

async function openAgent(api: MessagesApi, home: string, turns: number) {
  writeFileSync(join(home, 'policy.yaml'), `limits: { turns: ${turns + 1}, tokens: 1_000_000_000 }\n`);
  const id = newSessionId();
  const session = new Session(createLog(home, id), () => {});
  session.record({ kind: 'session', version: 2, id, workspace: home, model: 'claude-sonnet-5', mode: 'auto' });
  const connections = servers.map((name) => stdioServer({ name, ...command, env: {} }));
  const toolbox = await openToolbox(connections, new AbortController().signal);
  const agent = new AgentSession({
    id,
    session,
    home,
    policy: await loadPolicy({ home, workspace: home, env: {} }),
    createModel: async () => anthropicModel({ apiKey: 'any', baseURL: api.url }),
    openWorkbench: async () => ({ toolbox, keeper: memoryKeeper(), folder: '', close: () => toolbox.close() }),
    asker: everything,
    show: () => {},
  });
  return { agent, session, id };
}

/** Milliseconds from the last byte of each answer to the next request. */
function gaps({ requests }: MessagesApi): number[] {
  return requests.slice(1).map(({ at }, i) => at - (requests[i]?.answeredAt ?? Number.NaN));
}

const three = (turn: number): Turn => calls(...servers.map((name) => [`${name}__look`, { turn }] as const));

async function turns(count: number, home: string): Promise<number[]> {
  const api = await startMessagesApi([...Array.from({ length: count }, (_, i) => three(i)), say('Done.')]);
  const { agent } = await openAgent(api, home, count);
  await agent.prompt([{ type: 'text', text: 'Go.' }]);
  await agent.close();
  await api.close();
  return gaps(api);
}

/** The same requests and calls without an agent: the SDKs alone. */
async function bare(count: number): Promise<number[]> {
  const api = await startMessagesApi([...Array.from({ length: count }, (_, i) => three(i)), say('Done.')]);
  const model = new Anthropic({ apiKey: 'any', baseURL: api.url });
  const clients = new Map<string, Client>();
  const tools: Anthropic.Tool[] = [];
  for (const server of servers) {
    const client = new Client({ name: 'bare', version: '1' });
    await client.connect(new StdioClientTransport(command));
    for (const { name, inputSchema } of (await client.listTools()).tools) {
      tools.push({ name: `${server}__${name}`, input_schema: inputSchema as Anthropic.Tool['input_schema'] });
    }
    clients.set(server, client);
  }
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Go.' }];
  for (;;) {
    const request = { model: 'claude-sonnet-5', max_tokens: 1_000, tools, messages };
    const answer = await model.messages.stream(request).finalMessage();
    messages.push({ role: 'assistant', content: answer.content });
    const wanted = answer.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []));
    if (wanted.length === 0) break;
    const content = await Promise.all(
      wanted.map(async ({ id, name, input }): Promise<Anthropic.ToolResultBlockParam> => {
        const client = clients.get(name.split('__')[0] ?? '');
        const result = await client?.callTool({ name: 'look', arguments: input as Record<string, unknown> });
        if (!result) throw new Error(`There is no server for ${name}.`);
        return { type: 'tool_result', tool_use_id: id, content: result.content as Anthropic.TextBlockParam[] };
      }),
    );
    messages.push({ role: 'user', content });
  }
  for (const client of clients.values()) await client.close();
  await api.close();
  return gaps(api);
}

/** Heap and log as a session grows, and how long it takes to come back to it. */
async function long(count: number, home: string) {
  const collect = globalThis.gc;
  if (!collect) throw new Error('Run with --expose-gc.');
  const sized = (i: number): Turn => calls(['one__look', { i, size: 2_000 + ((i * 7_919) % 8_000) }]);
  const api = await startMessagesApi([...Array.from({ length: count }, (_, i) => sized(i)), say('Done.')], { keep: 1 });
  const { agent, session, id } = await openAgent(api, home, count);
  const file = join(home, 'sessions', id, 'events.jsonl');
  const points: { turn: number; heapMb: number; logBytes: number }[] = [];
  let answers = 0;
  const note = () => {
    if (session.totals.turns === answers) return;
    answers = session.totals.turns;
    if (answers % 100 !== 0) return;
    collect();
    points.push({ turn: answers, heapMb: process.memoryUsage().heapUsed / 2 ** 20, logBytes: statSync(file).size });
  };
  const watching = setInterval(note, 1);
  await agent.prompt([{ type: 'text', text: 'Go.' }]);
  clearInterval(watching);
  await agent.close();
  await api.close();
  const start = performance.now();
  const log = resumeLog(home, id);
  const resumed = new Session(log, () => {});
  const resumeMs = performance.now() - start;
  log.close();
  return { points, resumeMs, messages: resumed.conversation.messages.length };
}

/** Sessions of twenty turns, as they lie on a disk. Without waiting for it: only their listing is measured. */
async function sessions(count: number, home: string): Promise<number> {
  const usage = { input: 1_000, output: 100, cacheRead: 9_000, cacheWrite: 500 };
  for (let i = 0; i < count; i += 1) {
    const started = new Date(Date.UTC(2026, 0, 1, 0, i));
    const id = newSessionId(started);
    const text = (words: string) => [{ type: 'text' as const, text: words }];
    const turn = (n: number): SessionEvent[] => [
      {
        kind: 'answer',
        content: [{ type: 'tool_use', id: `toolu_${n}`, name: 'files__read_file', input: { path: `src/${n}.ts` } }],
        stopReason: 'tool_use',
        usage,
        cost: 0.01,
        problems: {},
      },
      {
        kind: 'tool-result',
        id: `toolu_${n}`,
        tool: 'files__read_file',
        content: text('line of code\n'.repeat(200)),
        isError: false,
        durationMs: 3,
      },
    ];
    const events: SessionEvent[] = [
      { kind: 'session', version: 2, id, workspace: '/w', model: 'claude-sonnet-5', mode: 'auto' },
      { kind: 'message', from: 'user', content: text(`Task number ${i}: find out why the login test fails.`) },
      ...Array.from({ length: 20 }, (_, n) => turn(n)).flat(),
      { kind: 'stop', reason: 'done', message: 'The model is done.' },
    ];
    const folder = join(home, 'sessions', id);
    mkdirSync(folder, { recursive: true });
    const time = started.toISOString();
    writeFileSync(
      join(folder, 'events.jsonl'),
      events.map((event) => `${JSON.stringify({ time, ...event })}\n`).join(''),
    );
  }
  return count;
}

const [mode = '', amount = '200', place] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'cofferdam-bench-agent-'));
try {
  const modes: Record<string, (count: number) => Promise<unknown>> = {
    turns: (count) => turns(count, home),
    bare,
    long: (count) => long(count, home),
    sessions: (count) => sessions(count, place ?? home),
  };
  const measure = modes[mode];
  if (!measure) throw new Error(`There is no mode ${JSON.stringify(mode)}.`);
  console.log(JSON.stringify(await measure(Number(amount))));
} finally {
  rmSync(home, { recursive: true, force: true });
}
