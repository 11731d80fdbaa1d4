// What the command line says to the agent, in the Agent Client Protocol, and what it hears.
import {
  type ClientConnection,
  client,
  methods,
  type NewSessionRequest,
  ndJsonStream,
  type PermissionOptionKind,
  PROTOCOL_VERSION,
  type PromptResponse,
  RequestError,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
} from '@agentclientprotocol/sdk';
import * as z from 'zod';
import {
  type Card,
  cardSchema,
  eventNotification,
  metaKeys,
  outcomeSchema,
  type Params,
  type RequestName,
  type Result,
  requests,
} from '../acp/extension.js';
import type { CardAnswer } from '../agent/index.js';
import { AgentError } from '../errors.js';
import type { LiveEvent } from '../loop/index.js';
import type { SessionMode } from '../policy/index.js';
import type { SessionEvent } from '../session/index.js';
import type { AgentProcess } from './agent-process.js';

export type Outcome = z.infer<typeof outcomeSchema>;

/** Whoever is in front of the agent. */
export interface Listener {
  event(event: SessionEvent | LiveEvent): void;
  /** `details` say more than the card, in words for people. Rejects when `signal` is aborted. */
  ask(card: Card, details: readonly string[], signal: AbortSignal): Promise<CardAnswer>;
}

export interface Beginning {
  /** Absolute. */
  workspace: string;
  mode?: SessionMode | undefined;
  model?: string | undefined;
  image?: string | undefined;
  limits?: Limits | undefined;
}

export type Limits = Partial<Record<'turns' | 'tokens' | 'minutes' | 'money', number>>;

function metaOf({ mode, model, image, limits }: Omit<Beginning, 'workspace'>): Record<string, unknown> {
  return {
    [metaKeys.apply]: 'never', // the review is the command line's own
    ...(mode && { [metaKeys.mode]: mode }),
    ...(model !== undefined && { [metaKeys.model]: model }),
    ...(image !== undefined && { [metaKeys.image]: image }),
    ...(limits && { [metaKeys.limits]: limits }),
  };
}

const failureSchema = z.object({
  [metaKeys.error]: z.object({ code: z.string() }).optional(),
  [metaKeys.outcome]: outcomeSchema.optional(),
});

export class AgentClient {
  readonly #process: AgentProcess;
  readonly #connection: ClientConnection;
  /** The session that is worked on, for the words when the agent dies. */
  #session: string | undefined;

  /** Introduces itself to an agent that was started. Throws AgentError `agent-failed`. */
  static async start(listener: Listener, process: AgentProcess): Promise<AgentClient> {
    const agent = new AgentClient(process, listener);
    await agent.#explained(
      agent.#agent.request(methods.agent.initialize, {
        protocolVersion: PROTOCOL_VERSION,
        clientCapabilities: { _meta: { [metaKeys.events]: true } },
        clientInfo: { name: 'cofferdam', version: '0.1.0' },
      }),
    );
    return agent;
  }

  private constructor(process: AgentProcess, listener: Listener) {
    this.#process = process;
    this.#connection = client({ name: 'cofferdam' })
      .onRequest(methods.client.session.requestPermission, ({ params, signal }) => answer(params, listener, signal))
      .onNotification(methods.client.session.update, () => {}) // the events say all of it, and more
      .onNotification(eventNotification.method, eventNotification.params, ({ params }) => listener.event(params.event))
      .connect(ndJsonStream(process.input, process.output));
  }

  get #agent(): ClientConnection['agent'] {
    return this.#connection.agent;
  }

  /** Answers the new session's id. */
  async begin({ workspace, ...choices }: Beginning): Promise<string> {
    const params: NewSessionRequest = { cwd: workspace, mcpServers: [], _meta: metaOf(choices) };
    const answer = this.#agent.request(methods.agent.session.new, params);
    const { sessionId } = await this.#explained(answer);
    this.#session = sessionId;
    return sessionId;
  }

  /** Takes up a session of an earlier time, without telling again what happened in it. */
  async takeUp(sessionId: string, { workspace, ...choices }: Beginning): Promise<void> {
    this.#session = sessionId;
    const params = { sessionId, cwd: workspace, mcpServers: [], _meta: metaOf(choices) };
    await this.#explained(this.#agent.request(methods.agent.session.resume, params));
  }

  /**
   * Says something; while the agent works it reaches it at the next step. Resolves to how the work ended; undefined where
   * there was none, as after most commands with a slash.
   */
  prompt(sessionId: string, text: string): Promise<Outcome | undefined> {
    return this.#outcome(
      this.#explained(
        this.#agent.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: 'text', text }] }),
      ),
    );
  }

  /** Has the agent go on from where it stopped. */
  goOn(sessionId: string): Promise<Outcome | undefined> {
    return this.#outcome(this.request('continue', { sessionId }));
  }

  /** Stops the current step. */
  async cancel(sessionId: string): Promise<void> {
    await this.#agent.notify(methods.agent.session.cancel, { sessionId });
  }

  /** A request of Cofferdam's own. */
  async request<Name extends RequestName>(name: Name, params: Params<Name>): Promise<Result<Name>> {
    const { method, result } = requests[name];
    return result.parse(await this.#explained(this.#agent.request(method, params))) as Result<Name>;
  }

  /** Removes a session and what it kept. */
  async remove(sessionId: string): Promise<void> {
    await this.#explained(this.#agent.request(methods.agent.session.delete, { sessionId }));
  }

  /** Ends the agent. */
  async end(): Promise<void> {
    await this.#process.end();
    this.#connection.close();
  }

  async #outcome(answer: Promise<unknown>): Promise<Outcome | undefined> {
    try {
      const { _meta } = (await answer) as PromptResponse;
      const outcome = _meta?.[metaKeys.outcome];
      return outcome === undefined ? undefined : outcomeSchema.parse(outcome);
    } catch (error) {
      const { cause } = error as { cause?: unknown };
      const failure = cause instanceof RequestError ? failureSchema.safeParse(cause.data).data : undefined;
      const outcome = failure?.[metaKeys.outcome];
      if (outcome) return outcome;
      throw error;
    }
  }

  /** Failures as this side's own: what the agent refused, or that it is gone. */
  async #explained<Result>(answer: Promise<Result>): Promise<Result> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof RequestError) {
        const code = failureSchema.safeParse(error.data).data?.[metaKeys.error]?.code;
        // Where the agent itself is at fault, its complaint says more.
        const message = code === 'fault' ? `${error.message}\n${this.#process.complaint()}` : error.message;
        throw new AgentError(code === 'usage' ? 'usage' : 'agent-failed', message, '', { cause: error });
      }
      if (!this.#connection.signal.aborted) throw error;
      throw await this.#death();
    }
  }

  async #death(): Promise<AgentError> {
    const how = await this.#process.ended;
    const complaint = this.#process.complaint();
    return new AgentError(
      'agent-failed',
      [`The agent ended unexpectedly (${how}).`, complaint].filter(Boolean).join('\n'),
      this.#session === undefined ? 'Try again.' : `To go on: cofferdam sessions resume ${this.#session}`,
    );
  }
}

async function answer(
  { options, toolCall, _meta }: RequestPermissionRequest,
  listener: Listener,
  signal: AbortSignal,
): Promise<RequestPermissionResponse> {
  const card = cardSchema.parse(_meta?.[metaKeys.card]);
  const details = (toolCall.content ?? []).flatMap((part) =>
    part.type === 'content' && part.content.type === 'text' ? [part.content.text] : [],
  );
  let reply: CardAnswer;
  try {
    reply = await listener.ask(card, details, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return { outcome: { outcome: 'cancelled' } };
  }
  const { allowed, always = false, reason, plan } = reply;
  const once = allowed ? 'allow_once' : 'reject_once';
  const wanted: PermissionOptionKind[] = always ? [allowed ? 'allow_always' : 'reject_always', once] : [once];
  const option = wanted.flatMap((kind) => options.filter((candidate) => candidate.kind === kind)).at(0);
  if (!option) return { outcome: { outcome: 'cancelled' } };
  return {
    outcome: { outcome: 'selected', optionId: option.optionId },
    _meta: { ...(reason !== undefined && { [metaKeys.reason]: reason }), ...(plan && { [metaKeys.plan]: plan }) },
  };
}
