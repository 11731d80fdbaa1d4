// A session that a client has open: what the agent does goes to the client, what the client asks goes to the agent.
import type { PromptResponse, RequestPermissionResponse, SessionUpdate } from '@agentclientprotocol/sdk';
import type { AgentSession, Driver, Workbench } from '../agent/index.js';
import { explain, isExpected } from '../errors.js';
import type { LiveEvent, Outcome } from '../loop/index.js';
import { thirdPartyServers } from '../mcp/third-party/index.js';
import { effective, type SessionEvent, type UserBlock } from '../session/index.js';
import { ClientAsker } from './asker.js';
import type { CardRequest } from './cards.js';
import { configOptions } from './config.js';
import type { ApplyChoice } from './extension.js';
import type { Line } from './line.js';
import { LiveUpdates } from './live.js';
import { offerChanges, type TurnEnd } from './offer.js';
import { toPromptResponse } from './outcome.js';
import { type Standing, usageOf } from './status.js';
import { oneLine } from './text.js';
import type { Call, Surroundings } from './tool-updates.js';
import { callsOf, replayUpdates, said, thought, updatesOf } from './updates.js';

export interface LiveSessionOptions {
  id: string;
  home: string;
  line: Line;
  /** The workspace's top folder. */
  root: string;
  apply: ApplyChoice;
  /** Third-party servers that the client hands over, in the form of mcp.json. */
  given: Readonly<Record<string, unknown>>;
}

export class LiveSession implements Standing, TurnEnd {
  readonly id: string;
  readonly home: string;
  readonly root: string;
  readonly #line: Line;
  readonly #live: LiveUpdates;
  readonly #given: LiveSessionOptions['given'];
  readonly #asker: ClientAsker;
  /** Arguments of calls that have no result yet. */
  readonly #inputs = new Map<string, Call['input']>();
  /** What happened before the client knew the session. */
  #held: (() => void)[] | undefined = [];
  #agent: AgentSession | undefined;
  #workbench: Workbench | undefined;
  #apply: ApplyChoice;
  /** Between a prompt and the answers to all prompts that came meanwhile. */
  #turn: Promise<Outcome> | undefined;
  #run: Promise<Outcome> | undefined;
  #cancelled = false;
  #closed = false;
  #begun = false;
  #shown = 0;
  /** True when the turn may have changed files. */
  #wrote = false;
  #offer: AbortController | undefined;

  constructor({ id, home, line, root, apply, given }: LiveSessionOptions) {
    this.id = id;
    this.home = home;
    this.root = root;
    this.#line = line;
    this.#live = new LiveUpdates(line.traits);
    this.#apply = apply;
    this.#given = given;
    this.#asker = new ClientAsker({
      surroundings: () => this.#surroundings,
      request: (card, signal) => line.ask(id, card, signal),
      settled: (toolCallId, allowed) =>
        this.update({ sessionUpdate: 'tool_call_update', toolCallId, status: allowed ? 'completed' : 'failed' }),
      interrupt: () => this.cancel(),
      letPolicyDecide: () => this.agent.setMode('auto'),
    });
  }

  /** For the agent, which exists only afterwards. */
  get driver(): Driver {
    return {
      asker: this.#asker,
      event: (event) => this.#event(event),
      show: (event) => this.#show(event),
      further: (place) => this.#thirdParty(place),
    };
  }

  attach(agent: AgentSession): void {
    this.#agent = agent;
  }

  get agent(): AgentSession {
    if (!this.#agent) throw new Error('The session is being made.');
    return this.#agent;
  }

  /** True when nothing was ever said in it. */
  get isEmpty(): boolean {
    const { facts } = this.agent.session;
    return facts.start?.forkedFrom === undefined && !this.agent.session.events().some(({ kind }) => kind === 'message');
  }

  get workbench(): Workbench | undefined {
    return this.#workbench;
  }

  get apply(): ApplyChoice {
    return this.#apply;
  }

  set apply(choice: ApplyChoice) {
    if (choice === this.#apply) return;
    this.#apply = choice;
    this.#tellOptions();
  }

  /** Call once the client knows the session: tells what there is, and opens the sandbox. */
  begin(): void {
    if (this.#closed || this.#begun) return;
    this.#begun = true;
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const tell of held) tell();
    void this.#open();
  }

  /** Tells the client all that happened so far. */
  replay(): void {
    this.#held = undefined;
    let prompt = 0;
    for (const event of effective(this.agent.session.events())) {
      if (event.kind === 'message' && event.from === 'user') prompt += 1;
      this.#note(event);
      for (const update of replayUpdates(event, prompt, this.#surroundings, (id) => this.#inputs.get(id))) {
        this.update(update);
      }
    }
    this.update({ sessionUpdate: 'usage_update', ...usageOf(this.agent) });
  }

  /** Says it to the agent; while it works, the message reaches it at the next step. Answers when the turn ends. */
  prompt(content: UserBlock[]): Promise<PromptResponse> {
    return this.#join(this.agent.prompt(content));
  }

  /** Goes on from where it stopped. Answers when the turn ends. */
  resume(): Promise<PromptResponse> {
    return this.#join(this.agent.resume());
  }

  cancel(): void {
    this.#cancelled = this.#turn !== undefined;
    this.#offer?.abort();
    this.#agent?.cancel();
  }

  /** For what is shown like a call, and is none of the model's. */
  nextId(prefix: string): string {
    this.#shown += 1;
    return `${prefix}-${this.#shown}`;
  }

  /** In words of Cofferdam's own, which stand in no event of the session. */
  say(text: string): void {
    this.#tell(() => this.#line.event(this.id, { kind: 'progress', text }));
    this.update(said(text));
  }

  update(update: SessionUpdate): void {
    this.#tell(() => this.#line.update(this.id, update));
  }

  /** Rejects when the question is withdrawn, which it is when the user goes on. */
  ask(card: CardRequest): Promise<RequestPermissionResponse> {
    return this.#line.ask(this.id, card, this.#offer?.signal ?? AbortSignal.abort());
  }

  /** Resolves when the client has all that was sent to it. */
  idle(): Promise<void> {
    return this.#line.idle();
  }

  async close(options: { removeSandbox?: boolean } = {}): Promise<void> {
    this.#closed = true;
    this.#offer?.abort();
    await this.agent.close(options);
    await this.#turn?.catch(() => {});
  }

  get #surroundings(): Surroundings {
    return { root: this.root, terminalOutput: this.#line.traits.terminalOutput };
  }

  async #open(): Promise<void> {
    try {
      this.#workbench = await this.agent.open();
    } catch (error) {
      // The next prompt tries again, and fails with the reason if it must.
      if (this.#agent?.isRunning !== true) this.update(thought(`The sandbox is not open: ${explain(error)}`));
      if (!isExpected(error) && !(error instanceof Error && error.name === 'Cancelled')) throw error;
    }
  }

  async #join(run: Promise<Outcome>): Promise<PromptResponse> {
    this.#run = run;
    // The user goes on: the question about the changes so far is put again at the end.
    this.#offer?.abort();
    this.#turn ??= this.#finish().finally(() => {
      this.#turn = undefined;
    });
    const outcome = await this.#turn;
    await this.idle();
    return toPromptResponse(outcome, this.agent.session.conversation.prompt);
  }

  async #finish(): Promise<Outcome> {
    this.#cancelled = false;
    this.#wrote = false;
    for (;;) {
      const run = this.#run;
      if (!run) throw new Error('A turn needs a run.');
      const outcome = await run;
      if (run === this.#run && outcome.reason === 'done' && this.#wrote) await this.#offerChanges();
      if (run !== this.#run) continue;
      return this.#cancelled ? { reason: 'interrupted', message: 'Interrupted.' } : outcome;
    }
  }

  async #offerChanges(): Promise<void> {
    this.#offer = new AbortController();
    const { signal } = this.#offer;
    try {
      await offerChanges(this, signal);
    } finally {
      this.#offer = undefined;
    }
  }

  #event(event: SessionEvent): void {
    this.#tell(() => this.#line.event(this.id, event));
    this.#note(event);
    for (const update of updatesOf(event, this.#surroundings, (id) => this.#inputs.get(id))) this.update(update);
    if (event.kind === 'tool-result') this.#inputs.delete(event.id);
    if (event.kind === 'notice') this.#updateLive({ kind: 'progress', text: event.text });
    if (event.kind === 'answer') this.update({ sessionUpdate: 'usage_update', ...usageOf(this.agent) });
    if (event.kind === 'mode' || event.kind === 'model') this.#tellOptions();
    if (event.kind === 'message' && event.from === 'user') this.#tellTitle(event.content);
  }

  #note(event: SessionEvent): void {
    if (event.kind === 'answer') {
      this.#live.answered();
      for (const { id, input } of callsOf(event)) this.#inputs.set(id, input);
    }
    if (event.kind === 'tool-start' && !event.readOnly) this.#wrote = true;
    if (event.kind === 'tool-result') this.#live.ended(event.id);
  }

  #show(event: LiveEvent): void {
    this.#tell(() => this.#line.event(this.id, event));
    this.#updateLive(event);
  }

  #updateLive(event: LiveEvent): void {
    for (const update of this.#live.of(event)) this.update(update);
  }

  #tell(send: () => void): void {
    if (this.#held) this.#held.push(send);
    else send();
  }

  #tellOptions(): void {
    this.update({ sessionUpdate: 'config_option_update', configOptions: configOptions(this.agent, this.#apply) });
  }

  #tellTitle(content: readonly UserBlock[]): void {
    if (this.agent.session.conversation.prompt !== 1) return;
    const title = oneLine(content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' '), 80);
    if (title !== '') this.update({ sessionUpdate: 'session_info_update', title, updatedAt: new Date().toISOString() });
  }

  async #thirdParty(place: Parameters<Driver['further']>[0]): ReturnType<Driver['further']> {
    const { servers, notices } = await thirdPartyServers({
      ...place,
      ask: this.#asker.aboutServer,
      given: this.#given,
    });
    for (const text of notices) this.#show({ kind: 'progress', text });
    return servers;
  }
}
