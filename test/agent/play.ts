// Runs the agent on a script: the real loop, SDK, sockets and session log, with tools in memory.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Anthropic from '@anthropic-ai/sdk';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { onTestFinished } from 'vitest';
import { type Agent, type LiveEvent, type Outcome, run } from '../../agent/src/loop/index.js';
import { openToolbox } from '../../agent/src/mcp/index.js';
import { anthropicModel } from '../../agent/src/model/index.js';
import { nobody } from '../../agent/src/policy/index.js';
import {
  createLog,
  newSessionId,
  readSession,
  resumeLog,
  Session,
  type SessionEvent,
} from '../../agent/src/session/index.js';
import { type MessagesApi, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';

export interface FakeTool {
  reads?: boolean;
  /** A returned string is the result; a thrown error is a failed one. */
  run(input: Record<string, unknown>, signal: AbortSignal, say: (text: string) => void): string | Promise<string>;
}

export interface PlayOptions extends Partial<Pick<Agent, 'approvals' | 'approver' | 'limits' | 'signal'>> {
  tools?: Record<string, FakeTool>;
  /** Goes on with a session of an earlier play. */
  resume?: { home: string; id: string };
  /** What the user says; null for nothing. Default: a task. */
  task?: string | null;
  onEvent?: (event: SessionEvent | LiveEvent, server: Server) => unknown;
}

export interface Played {
  outcome: Outcome;
  api: MessagesApi;
  /** The session's log, as it is on disk. */
  events: SessionEvent[];
  live: LiveEvent[];
  session: { home: string; id: string };
  /** What the model was told in its last request's last message. */
  told: { text: string; isError: boolean }[];
}

export async function play(script: readonly Turn[], options: PlayOptions = {}): Promise<Played> {
  const api = await startMessagesApi(script);
  const session = options.resume ?? { home: newHome(), id: newSessionId() };
  const { home, id } = session;
  const live: LiveEvent[] = [];
  const server = toolServer(options.tools ?? {});
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(theirs);
  const signal = options.signal ?? new AbortController().signal;
  const toolbox = await openToolbox([{ name: 'fake', transport: ours }], new AbortController().signal);
  const log = options.resume ? resumeLog(home, id) : createLog(home, id);
  const running = new Session(log, (event) => options.onEvent?.(event, server));
  try {
    if (!options.resume) running.record({ kind: 'session', version: 1, id, workspace: '/w', model: 'any' });
    const { task = 'Do it.' } = options;
    if (task !== null) running.record({ kind: 'message', from: 'user', text: task });
    const outcome = await run({
      model: anthropicModel({ apiKey: 'any', baseURL: api.url, backoffMs: 1 }),
      toolbox,
      session: running,
      approver: options.approver ?? nobody,
      approvals: options.approvals ?? 'all',
      system: 'Be good.',
      limits: options.limits ?? { turns: 50, tokens: 1_000_000 },
      signal,
      show(event) {
        live.push(event);
        options.onEvent?.(event, server);
      },
    });
    return { outcome, api, events: readSession(home, id), live, session, told: toldIn(api) };
  } finally {
    running.close();
    await toolbox.close();
    await api.close();
  }
}

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'cofferdam-play-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return home;
}

function toolServer(tools: Record<string, FakeTool>): Server {
  const server = new Server({ name: 'fake', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.entries(tools).map(([name, { reads = false }]) => ({
      name,
      inputSchema: { type: 'object' as const },
      annotations: { readOnlyHint: reads, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification }) => {
    const progressToken = params._meta?.progressToken ?? '';
    const say = (message: string) =>
      void sendNotification({ method: 'notifications/progress', params: { progressToken, progress: 1, message } });
    try {
      const text = (await tools[params.name]?.run(params.arguments ?? {}, signal, say)) ?? '';
      return { content: [{ type: 'text' as const, text }] };
    } catch (error) {
      return { content: [{ type: 'text' as const, text: (error as Error).message }], isError: true };
    }
  });
  return server;
}

function toldIn({ requests }: MessagesApi): Played['told'] {
  const content = requests.at(-1)?.body.messages.at(-1)?.content ?? [];
  if (typeof content === 'string') return [{ text: content, isError: false }];
  return content.flatMap((block: Anthropic.ContentBlockParam) => {
    if (block.type === 'text') return [{ text: block.text, isError: false }];
    if (block.type !== 'tool_result' || typeof block.content === 'string') return [];
    const text = (block.content ?? []).map((part) => (part.type === 'text' ? part.text : part.type)).join('\n');
    return [{ text, isError: block.is_error === true }];
  });
}
