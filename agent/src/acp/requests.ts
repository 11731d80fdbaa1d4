// The requests of the Agent Client Protocol, and what each comes to.
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import {
  type InitializeRequest,
  type InitializeResponse,
  type LoadSessionResponse,
  type NewSessionRequest,
  type NewSessionResponse,
  PROTOCOL_VERSION,
  type PromptRequest,
  type PromptResponse,
  type ResumeSessionRequest,
  type SetSessionConfigOptionRequest,
} from '@agentclientprotocol/sdk';
import * as z from 'zod';
import { AgentError, isExpected } from '../errors.js';
import type { Model } from '../model/index.js';
import { sessionModes } from '../policy/index.js';
import { traitsOf } from './client.js';
import { readCommand, runCommand } from './commands.js';
import { configOptions, modeState } from './config.js';
import { applyChoices, metaKeys, newSessionMetaSchema } from './extension.js';
import type { LiveSession } from './live-session.js';
import { firstWords, readPrompt } from './prompt.js';
import type { LiveSessions, OpenRequest } from './sessions.js';
import type { Wire } from './wire.js';

/** Throws AgentError `no-key` where the model cannot be had for want of a key. Without a name: the usual model. */
export type CreateModel = (name?: string) => Promise<Model>;

export class Requests {
  readonly #sessions: LiveSessions;
  readonly #wire: Wire;
  readonly #createModel: CreateModel;

  constructor(sessions: LiveSessions, wire: Wire, createModel: CreateModel) {
    this.#sessions = sessions;
    this.#wire = wire;
    this.#createModel = createModel;
  }

  async initialize({ clientCapabilities }: InitializeRequest): Promise<InitializeResponse> {
    this.#wire.traits = traitsOf(clientCapabilities);
    const missing = await this.#missingKey();
    return {
      protocolVersion: PROTOCOL_VERSION,
      agentInfo: { name: 'cofferdam', title: 'Cofferdam', version: '0.1.0' },
      agentCapabilities: {
        loadSession: true,
        promptCapabilities: { image: true, embeddedContext: true, audio: false },
        mcpCapabilities: { http: true, sse: false },
        sessionCapabilities: { list: {}, delete: {}, resume: {}, close: {} },
        _meta: { [metaKeys.events]: true },
      },
      authMethods: missing ? [{ id: 'environment', name: missing.message, description: missing.remedy }] : [],
    };
  }

  /** Nothing to log in to: the key is in the environment, or it is not. */
  async authenticate(): Promise<Record<string, never>> {
    await this.#createModel();
    return {};
  }

  async create(request: NewSessionRequest): Promise<NewSessionResponse> {
    const wanted = await readOpenRequest(request);
    await this.#createModel(wanted.model);
    const session = await this.#sessions.create(wanted);
    beginSoon(session);
    return { sessionId: session.id, ...choicesOf(session) };
  }

  /** Tells the whole conversation before it answers. */
  async load(request: ResumeSessionRequest): Promise<LoadSessionResponse> {
    const session = await this.#bring(request);
    session.replay();
    await session.idle();
    beginSoon(session);
    return choicesOf(session);
  }

  async resume(request: ResumeSessionRequest): Promise<LoadSessionResponse> {
    const session = await this.#bring(request);
    beginSoon(session);
    return choicesOf(session);
  }

  setMode(sessionId: string, modeId: string): void {
    this.#sessions.get(sessionId).agent.setMode(oneOf('mode', modeId, sessionModes));
  }

  setOption({ sessionId, configId, value }: SetSessionConfigOptionRequest): LiveSession {
    const session = this.#sessions.get(sessionId);
    if (typeof value !== 'string' || value === '') throw usage(`${configId} takes a text.`, 'Send one of its values.');
    const id = oneOf('option', configId, ['mode', 'model', 'apply']);
    if (id === 'mode') this.setMode(sessionId, value);
    else if (id === 'model') session.agent.setModel(value);
    else session.apply = oneOf('way to treat changes', value, applyChoices);
    return session;
  }

  /** `signal` is the request's own: to take the request back is to interrupt. */
  async prompt({ sessionId, prompt }: PromptRequest, signal: AbortSignal): Promise<PromptResponse> {
    const session = this.#sessions.get(sessionId);
    signal.addEventListener('abort', () => session.cancel(), { once: true });
    const typed = readCommand(firstWords(prompt));
    if (!typed) return this.#say(session, prompt);
    const result = await runCommand(session, typed);
    if ('resume' in result) return this.continue(session);
    if ('prompt' in result) return this.#say(session, [{ type: 'text', text: result.prompt }, ...prompt.slice(1)]);
    if (result.said !== '') session.say(result.said);
    await session.idle();
    return { stopReason: 'end_turn' };
  }

  async continue(session: LiveSession): Promise<PromptResponse> {
    await this.#createModel(session.agent.modelName);
    return session.resume();
  }

  async #say(session: LiveSession, blocks: PromptRequest['prompt']): Promise<PromptResponse> {
    const content = readPrompt(blocks, session.root);
    // Before anything is said: without a key nothing would come of it.
    await this.#createModel(session.agent.modelName);
    return session.prompt(content);
  }

  async #bring(request: ResumeSessionRequest): Promise<LiveSession> {
    return this.#sessions.load(request.sessionId, await readOpenRequest(request));
  }

  async #missingKey(): Promise<AgentError | undefined> {
    try {
      await this.#createModel();
      return undefined;
    } catch (error) {
      if (!isExpected(error)) throw error;
      // What else is wrong is told where the model is needed.
      return error instanceof AgentError && error.code === 'no-key' ? error : undefined;
    }
  }
}

/** After the answer that tells the client of the session. */
function beginSoon(session: LiveSession): void {
  setImmediate(() => session.begin());
}

function choicesOf({ agent, apply }: LiveSession): Required<Pick<LoadSessionResponse, 'modes' | 'configOptions'>> {
  return { modes: modeState(agent.session.conversation.mode), configOptions: configOptions(agent, apply) };
}

/** Throws AgentError `usage`. */
async function readOpenRequest(request: Omit<ResumeSessionRequest, 'sessionId'>): Promise<OpenRequest> {
  const { cwd, mcpServers, additionalDirectories = [], _meta } = request;
  const shown = JSON.stringify(cwd.slice(0, 500));
  if (!isAbsolute(cwd))
    throw usage(`cwd is ${shown}, which is no absolute path.`, 'Send the whole path of the folder.');
  const found = await stat(cwd).catch(() => undefined);
  if (!found?.isDirectory()) throw usage(`cwd is ${shown}, and there is no such folder.`, 'Open one that is there.');
  if (additionalDirectories.length > 0) {
    throw usage('A session has one folder: additionalDirectories are not taken.', 'Open a session for each folder.');
  }
  const meta = newSessionMetaSchema.safeParse(_meta ?? {});
  if (!meta.success) throw usage(z.prettifyError(meta.error), 'docs/acp.md says what _meta may hold.');
  return {
    cwd,
    mcpServers,
    apply: meta.data[metaKeys.apply],
    mode: meta.data[metaKeys.mode],
    model: meta.data[metaKeys.model],
    image: meta.data[metaKeys.image],
    limits: meta.data[metaKeys.limits],
  };
}

function oneOf<Value extends string>(what: string, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw usage(`There is no ${what} ${JSON.stringify(value.slice(0, 100))}.`, `Use one of: ${allowed.join(', ')}.`);
}

function usage(message: string, remedy: string): AgentError {
  return new AgentError('usage', message, remedy);
}
