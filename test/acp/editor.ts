// An editor at the other end of the Agent Client Protocol: the SDK's own client, over bytes.
import {
  type ClientCapabilities,
  type ClientContext,
  client,
  methods,
  type NewSessionResponse,
  ndJsonStream,
  PROTOCOL_VERSION,
  type PromptResponse,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type SessionUpdate,
  type Stream,
} from '@agentclientprotocol/sdk';
import { onTestFinished } from 'vitest';
import { eventNotification } from '../../agent/src/acp/extension.js';
import { serveClient } from '../../agent/src/acp/index.js';
import { Agents } from '../../agent/src/agent/index.js';
import { AgentError } from '../../agent/src/errors.js';
import { anthropicModel } from '../../agent/src/model/index.js';
import { type MessagesApi, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';
import { folderWith } from '../support/workspaces.js';
import { type Bench, memoryBench, type RunCommand } from './bench.js';

export interface EditorOptions {
  /** Of the workspace. Default: `a.txt` with "one". */
  files?: Record<string, string>;
  /** The user's own policy, in YAML. */
  policy?: string;
  capabilities?: ClientCapabilities;
  /** Answers requests for permission. Default: the first option. */
  answer?: (
    request: RequestPermissionRequest,
    editor: Editor,
  ) => RequestPermissionResponse | Promise<RequestPermissionResponse>;
  run?: RunCommand;
  /** No key for the model. */
  noKey?: boolean;
  /** Another editor's machine, after it is gone. */
  after?: Editor;
  /** Called when the sandbox is to be opened; opening waits for it. */
  opening?: () => Promise<void>;
  onUpdate?: (update: SessionUpdate, editor: Editor) => void;
}

export interface Editor {
  agent: ClientContext;
  api: MessagesApi;
  home: string;
  workspace: string;
  bench: Bench;
  /** Of all sessions, in order. */
  updates: SessionUpdate[];
  asked: RequestPermissionRequest[];
  events: { kind: string }[];
  /** Answers the new session's id. */
  open(meta?: Record<string, unknown>): Promise<string>;
  prompt(sessionId: string, text: string): Promise<PromptResponse>;
  /** All text that the agent said. */
  said(): string;
  /** Hangs up; resolves when the agent has ended. */
  hangUp(): Promise<void>;
}

export const select = (optionId: string, meta?: Record<string, unknown>): RequestPermissionResponse => ({
  outcome: { outcome: 'selected', optionId },
  ...(meta && { _meta: meta }),
});

/** Resolves as soon as it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

export async function openEditor(script: readonly Turn[], options: EditorOptions = {}): Promise<Editor> {
  const api = await startMessagesApi(script);
  const home = options.after?.home ?? folderWith(options.policy === undefined ? {} : { 'policy.yaml': options.policy });
  const workspace = options.after?.workspace ?? folderWith(options.files ?? { 'a.txt': 'one\n' });
  const bench = options.after?.bench ?? memoryBench(options.run ?? (() => 'c1 exited with code 0 after 0.1 s'));
  const createModel = async (model?: string) => {
    if (options.noKey) throw new AgentError('no-key', 'ANTHROPIC_API_KEY is not set.', 'Set it.');
    return anthropicModel({ apiKey: 'any', baseURL: api.url, backoffMs: 1, ...(model !== undefined && { model }) });
  };
  const agents = new Agents({
    home,
    env: {},
    createModel,
    async openWorkbench({ session, workspace, further }) {
      await options.opening?.();
      await further('memory');
      return bench.open(session, workspace);
    },
    removeSandbox: async (id) => void bench.removed.push(id),
  });
  const { near, far, cut } = wire();
  const ended = serveClient(far, { home, agents, createModel }, new AbortController().signal);
  const updates: SessionUpdate[] = [];
  const asked: RequestPermissionRequest[] = [];
  const events: { kind: string }[] = [];
  const connection = client({ name: 'editor' })
    .onNotification(methods.client.session.update, ({ params }) => {
      updates.push(params.update);
      options.onUpdate?.(params.update, editor);
    })
    .onNotification(eventNotification.method, eventNotification.params, ({ params }) => {
      events.push(params.event);
    })
    .onRequest(methods.client.session.requestPermission, ({ params }) => {
      asked.push(params);
      return options.answer?.(params, editor) ?? select(params.options[0]?.optionId ?? '');
    })
    .connect(near);
  const { agent } = connection;
  const editor: Editor = {
    agent,
    api,
    home,
    workspace,
    bench,
    updates,
    asked,
    events,
    async open(meta) {
      const params = { cwd: workspace, mcpServers: [], ...(meta && { _meta: meta }) };
      return (await agent.request<NewSessionResponse>(methods.agent.session.new, params)).sessionId;
    },
    async prompt(sessionId, text) {
      const prompt = [{ type: 'text' as const, text }];
      const response = await agent.request<PromptResponse>(methods.agent.session.prompt, { sessionId, prompt });
      // The SDK hands on what came before the answer a little later than the answer.
      await new Promise((resolve) => setImmediate(resolve));
      return response;
    },
    said: () =>
      updates
        .flatMap((update) =>
          update.sessionUpdate === 'agent_message_chunk' && update.content.type === 'text' ? [update.content.text] : [],
        )
        .join(''),
    async hangUp() {
      if (!connection.signal.aborted) {
        await cut();
        connection.close();
      }
      await ended;
    },
  };
  onTestFinished(async () => {
    await editor.hangUp();
    await api.close();
  });
  await agent.request(methods.agent.initialize, {
    protocolVersion: PROTOCOL_VERSION,
    clientCapabilities: options.capabilities ?? {},
  });
  return editor;
}

/** Two ends of one wire; `cut` is what the agent sees of an editor that is gone. */
function wire(): { near: Stream; far: Stream; cut(): Promise<void> } {
  const there = new TransformStream<Uint8Array, Uint8Array>();
  const back = new TransformStream<Uint8Array, Uint8Array>();
  return {
    near: ndJsonStream(there.writable, back.readable),
    far: ndJsonStream(back.writable, there.readable),
    cut: () => there.writable.close(),
  };
}
