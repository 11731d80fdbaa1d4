// Runs the agent on a script: the real loop, SDK, sockets and session log, with tools in memory.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Anthropic from '@anthropic-ai/sdk';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { onTestFinished } from 'vitest';
import { AgentSession, type Asker, type Workbench } from '../../agent/src/agent/index.js';
import type { Keeper } from '../../agent/src/keeper/index.js';
import type { LiveEvent, Outcome } from '../../agent/src/loop/index.js';
import { openToolbox } from '../../agent/src/mcp/index.js';
import { anthropicModel } from '../../agent/src/model/index.js';
import { everything, type Limits, loadPolicy, type SessionMode } from '../../agent/src/policy/index.js';
import {
  createLog,
  newSessionId,
  readSession,
  resumeLog,
  Session,
  type SessionEvent,
} from '../../agent/src/session/index.js';
import { type MessagesApi, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';
import { memoryKeeper } from './memory-keeper.js';

export interface FakeTool {
  reads?: boolean;
  /** A returned string is the result; a thrown error is a failed one. */
  run(input: Record<string, unknown>, signal: AbortSignal, say: (text: string) => void): string | Promise<string>;
}

export interface PlayOptions {
  tools?: Record<string, FakeTool>;
  /** Default: auto. */
  mode?: SessionMode;
  /** The user's own policy and the repository's, in YAML. */
  policy?: string;
  repositoryPolicy?: string;
  limits?: Partial<Limits>;
  /** Answers questions. Default: yes to each. */
  asker?: Asker;
  /** Goes on with a session of an earlier play. */
  resume?: { home: string; id: string };
  /** What keeps checkpoints, for several plays of one session. */
  keeper?: Keeper;
  /** A model for several plays, instead of a script. */
  api?: MessagesApi;
  /** Where a new session is kept. */
  place?: { home: string; id: string };
  /** What the user says; null for nothing. Default: a task. */
  task?: string | null;
  onEvent?: (event: SessionEvent | LiveEvent, play: { server: Server; agent: AgentSession }) => unknown;
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

/** A live session, to be driven by hand. */
export interface Running {
  agent: AgentSession;
  api: MessagesApi;
  live: LiveEvent[];
  place: { home: string; id: string };
  /** Ends the session and, unless it was given one, the API. */
  close(): Promise<void>;
}

export async function play(script: readonly Turn[], options: PlayOptions = {}): Promise<Played> {
  const running = await openPlay(script, options);
  const { agent, api, live, place } = running;
  try {
    const { task = 'Do it.' } = options;
    const outcome = await (task === null ? agent.resume() : agent.prompt([{ type: 'text', text: task }]));
    return { outcome, api, events: readSession(place.home, place.id), live, session: place, told: toldIn(api) };
  } finally {
    await running.close();
  }
}

export async function openPlay(script: readonly Turn[], options: PlayOptions = {}): Promise<Running> {
  const api = options.api ?? (await startMessagesApi(script));
  const place = options.resume ?? options.place ?? { home: newHome(), id: newSessionId() };
  const { home, id } = place;
  if (options.policy !== undefined) writeFileSync(join(home, 'policy.yaml'), options.policy);
  if (options.repositoryPolicy !== undefined) {
    mkdirSync(join(home, '.cofferdam'), { recursive: true });
    writeFileSync(join(home, '.cofferdam', 'policy.yaml'), options.repositoryPolicy);
  }
  const live: LiveEvent[] = [];
  const server = toolServer(options.tools ?? {});
  const log = options.resume ? resumeLog(home, id) : createLog(home, id);
  const session = new Session(log, (event) => options.onEvent?.(event, { server, agent }));
  const agent = new AgentSession({
    id,
    session,
    home,
    policy: await loadPolicy({ home, workspace: home, env: {} }),
    limits: { turns: 50, ...options.limits },
    createModel: async () => anthropicModel({ apiKey: 'any', baseURL: api.url, backoffMs: 1 }),
    async openWorkbench(_, signal) {
      if (session.facts.sandbox === undefined) session.record({ kind: 'sandbox', id: 'memory' });
      return openBench(server, options.keeper ?? memoryKeeper(), signal);
    },
    asker: options.asker ?? everything,
    show(event) {
      live.push(event);
      options.onEvent?.(event, { server, agent });
    },
  });
  if (!options.resume) {
    session.record({ kind: 'session', version: 2, id, workspace: home, model: 'claude-sonnet-5', mode: 'auto' });
  }
  if (!options.resume || options.mode !== undefined) agent.setMode(options.mode ?? 'auto');
  const close = async () => {
    await agent.close();
    if (!options.api) await api.close();
  };
  return { agent, api, live, place, close };
}

/** Tools and a sandbox in memory. */
async function openBench(server: Server, keeper: Keeper, signal: AbortSignal): Promise<Workbench> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(theirs);
  const toolbox = await openToolbox([{ name: 'fake', transport: ours }], signal);
  return { toolbox, keeper, folder: '', close: () => toolbox.close() };
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
    const text = (block.content ?? []).map((part) => (part.type === 'text' ? bare(part.text) : part.type)).join('\n');
    return [{ text, isError: block.is_error === true }];
  });
}

/** Without the lines that mark it as data from outside. */
function bare(text: string): string {
  return text.replace(/^<outside-[0-9a-f]+ [^\n]*>\n/, '').replace(/\n<\/outside-[0-9a-f]+>/, '');
}
