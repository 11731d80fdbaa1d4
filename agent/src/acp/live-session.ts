// A session that a client has open: what the agent does goes to the client, what the client asks goes to the agent.
import type { PromptResponse, RequestPermissionResponse, SessionUpdate } from '@agentclientprotocol/sdk';
import type { AgentSession, Driver, Workbench } from '../agent/index.js';
import { explain } from '../errors.js';
import type { Outcome } from '../loop/index.js';
import { thirdPartyServers } from '../mcp/third-party/index.js';
import type { SessionEvent, UserBlock } from '../session/index.js';
import { ClientAsker } from './asker.js';
import type { CardRequest } from './cards.js';
import { configOptions } from './config.js';
import { reportFault } from './errors.js';
import type { ApplyChoice } from './extension.js';
import { Feed } from './feed.js';
import type { Line } from './line.js';
import { offerChanges, type TurnEnd } from './offer.js';
import { toPromptResponse } from './outcome.js';
import { replacedUpdate } from './replaced.js';
import type { Standing } from './status.js';
import type { Call } from './tool-updates.js';
import { Turn } from './turn.js';
import { thought } from './updates.js';

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
  readonly #feed: Feed;
  readonly #turn = new Turn({ offerChanges: (signal) => offerChanges(this, signal) });
  readonly #given: LiveSessionOptions['given'];
  readonly #asker: ClientAsker;
  #agent: AgentSession | undefined;
  #workbench: Workbench | undefined;
  #apply: ApplyChoice;
  /** What is looked up to be shown. */
  #showing: Promise<unknown> = Promise.resolve();
  #closed = false;
  #begun = false;
  #shown = 0;

  constructor({ id, home, line, root, apply, given }: LiveSessionOptions) {
    this.id = id;
    this.home = home;
    this.root = root;
    this.#line = line;
    this.#feed = new Feed(id, root, line);
    this.#apply = apply;
    this.#given = given;
    this.#asker = new ClientAsker({
      surroundings: () => this.#feed.surroundings,
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
      show: (event) => this.#feed.show(event),
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
    this.#feed.release();
    void this.#open();
  }

  /** Tells the client all that happened so far. */
  replay(): void {
    this.#feed.replay(this.agent);
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
    this.#turn.cancel();
    this.#agent?.cancel();
  }

  /** For what is shown like a call, and is none of the model's. */
  nextId(prefix: string): string {
    this.#shown += 1;
    return `${prefix}-${this.#shown}`;
  }

  say(text: string): void {
    this.#feed.say(text);
  }

  update(update: SessionUpdate): void {
    this.#feed.update(update);
  }

  ask(card: CardRequest, signal: AbortSignal): Promise<RequestPermissionResponse> {
    return this.#line.ask(this.id, card, signal);
  }

  /** Resolves when the client has all that was sent to it. */
  idle(): Promise<void> {
    return this.#line.idle();
  }

  async close(options: { removeSandbox?: boolean } = {}): Promise<void> {
    this.#closed = true;
    this.#turn.withdraw();
    await this.agent.close(options);
    await this.#turn.over();
  }

  async #open(): Promise<void> {
    try {
      this.#workbench = await this.agent.open();
    } catch (error) {
      if (this.#closed) return;
      // A run fails with the reason itself; without one, the next prompt tries again.
      if (!this.agent.isRunning) this.update(thought(`The sandbox is not open: ${explain(error)}`));
      reportFault(error);
    }
  }

  async #join(run: Promise<Outcome>): Promise<PromptResponse> {
    void this.#open();
    const outcome = await this.#turn.join(run);
    await this.#showing;
    await this.idle();
    return toPromptResponse(outcome, this.agent.session.conversation.prompt);
  }

  #event(event: SessionEvent): void {
    const input = event.kind === 'tool-result' && !event.isError ? this.#feed.inputOf(event.id) : undefined;
    this.#feed.event(event, () => this.agent);
    if (event.kind === 'tool-result' && input) this.#showReplaced({ id: event.id, tool: event.tool, input });
    if (event.kind === 'tool-start' && !event.readOnly) this.#turn.wrote();
    if (event.kind === 'mode' || event.kind === 'model') this.#tellOptions();
  }

  #showReplaced(call: Call): void {
    const shown = replacedUpdate(call, this.agent, this.root).then((update) => update && this.update(update));
    this.#showing = Promise.all([this.#showing, shown.catch(reportFault)]);
  }

  #tellOptions(): void {
    this.update({ sessionUpdate: 'config_option_update', configOptions: configOptions(this.agent, this.#apply) });
  }

  async #thirdParty(place: Parameters<Driver['further']>[0]): ReturnType<Driver['further']> {
    const { servers, notices } = await thirdPartyServers({
      ...place,
      ask: this.#asker.aboutServer,
      given: this.#given,
    });
    for (const text of notices) this.#feed.show({ kind: 'progress', text });
    return servers;
  }
}
