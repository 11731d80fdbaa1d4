// Runs the loop on a script, with the real files server on a real folder and everything that the context does.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFilesServer } from '@cofferdam/mcp-servers';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { onTestFinished } from 'vitest';
import { type Context, type ContextOptions, openContext } from '../../agent/src/context/index.js';
import { type Outcome, planTool, run } from '../../agent/src/loop/index.js';
import { openToolbox } from '../../agent/src/mcp/index.js';
import { anthropicModel } from '../../agent/src/model/index.js';
import { everything, loadPolicy } from '../../agent/src/policy/index.js';
import { createLog, newSessionId, resumeLog, Session, type SessionEvent } from '../../agent/src/session/index.js';
import { type MessagesApi, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';

export interface WorkOptions extends Partial<Pick<ContextOptions, 'window' | 'definitions' | 'folder'>> {
  /** Of the workspace. */
  files?: Record<string, string>;
  /** Of `COFFERDAM_HOME`. */
  home?: Record<string, string>;
  /** As the newest models have it: thinking is taken back only while nothing before it has changed. */
  preservedThinking?: boolean;
  /** Further servers of ours. */
  servers?: Record<string, Server>;
}

export interface Work {
  api: MessagesApi;
  session: Session;
  context: Context;
  /** Says something and runs until the model is done; without words it goes on. */
  say(text?: string): Promise<Outcome>;
  events(): SessionEvent[];
  /** The same session, as after a restart of the program. */
  reopen(): Promise<Work>;
}

/** Everything is gone after the test. */
export async function startWork(script: readonly Turn[], options: WorkOptions = {}): Promise<Work> {
  const home = folderOf(options.home ?? {});
  const root = folderOf(options.files ?? {});
  const api = await startMessagesApi(script, { preservedThinking: options.preservedThinking ?? false });
  onTestFinished(() => api.close());
  const toolbox = await openToolbox(
    await connections({ files: createFilesServer({ root }), ...options.servers }),
    never,
  );
  onTestFinished(() => toolbox.close());
  const model = anthropicModel({ apiKey: 'any', baseURL: api.url, model: 'claude-sonnet-5', backoffMs: 1 });
  const policy = await loadPolicy({ home, workspace: root, env: {} });
  const id = newSessionId();

  async function open(session: Session): Promise<Work> {
    const own = [planTool(session, everything)];
    const { window, definitions, folder = '' } = options;
    const limits = { ...(window !== undefined && { window }), ...(definitions !== undefined && { definitions }) };
    const context = await openContext({ session, toolbox, model, home, folder, own, patience: 60_000, ...limits });
    return {
      api,
      session,
      context,
      async say(text) {
        if (text !== undefined) session.record({ kind: 'message', from: 'user', content: [{ type: 'text', text }] });
        return run({
          model,
          toolbox,
          own: context.own,
          session,
          context,
          policy: () => policy,
          approver: everything,
          limits: policy.limits,
          signal: never,
          ready: async () => {},
          show() {},
        });
      },
      events: () => session.events(),
      async reopen() {
        session.close();
        current = new Session(resumeLog(home, id), () => {});
        return open(current);
      },
    };
  }

  let current = new Session(createLog(home, id), () => {});
  onTestFinished(() => current.close());
  current.record({ kind: 'session', version: 2, id, workspace: root, model: model.name, mode: 'auto' });
  return open(current);
}

const never = new AbortController().signal;

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cofferdam-work-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function connections(servers: Record<string, Server>) {
  return Promise.all(
    Object.entries(servers).map(async ([name, server]) => {
      const [ours, theirs] = InMemoryTransport.createLinkedPair();
      await server.connect(theirs);
      return { name, transport: ours };
    }),
  );
}
