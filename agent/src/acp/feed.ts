// What a client is told of one session, in order, from when it knows of the session on.
import type { SessionUpdate } from '@agentclientprotocol/sdk';
import type { AgentSession } from '../agent/index.js';
import type { LiveEvent } from '../loop/index.js';
import { effective, type SessionEvent, type UserBlock } from '../session/index.js';
import type { Line } from './line.js';
import { LiveUpdates } from './live.js';
import { usageOf } from './status.js';
import { oneLine } from './text.js';
import type { Call, Surroundings } from './tool-updates.js';
import { callsOf, replayUpdates, said, updatesOf } from './updates.js';

export class Feed {
  readonly surroundings: Surroundings;
  readonly #id: string;
  readonly #line: Line;
  readonly #live: LiveUpdates;
  /** Arguments of calls that have no result yet. */
  readonly #inputs = new Map<string, Call['input']>();
  /** What happened before the client knew the session. */
  #held: (() => void)[] | undefined = [];

  /** `root` is the workspace's top folder. */
  constructor(id: string, root: string, line: Line) {
    this.#id = id;
    this.#line = line;
    this.#live = new LiveUpdates(line.traits);
    this.surroundings = { root, terminalOutput: line.traits.terminalOutput };
  }

  /** Tells what was held back; from now on nothing is. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const tell of held) tell();
  }

  update(update: SessionUpdate): void {
    this.#tell(() => this.#line.update(this.#id, update));
  }

  /** In words of Cofferdam's own, which stand in no event of the session. */
  say(text: string): void {
    this.#tell(() => this.#line.event(this.#id, { kind: 'progress', text }));
    this.update(said(text));
  }

  show(event: LiveEvent): void {
    this.#tell(() => this.#line.event(this.#id, event));
    this.#updateAll(this.#live.of(event));
  }

  event(event: SessionEvent, agent: () => AgentSession): void {
    this.#tell(() => this.#line.event(this.#id, event));
    this.#note(event);
    this.#updateAll(updatesOf(event, this.surroundings, (id) => this.inputOf(id)));
    if (event.kind === 'tool-result') this.#inputs.delete(event.id);
    if (event.kind === 'notice') this.#updateAll(this.#live.of({ kind: 'progress', text: event.text }));
    if (event.kind === 'answer') this.update({ sessionUpdate: 'usage_update', ...usageOf(agent()) });
    if (event.kind === 'message' && event.from === 'user' && agent().session.conversation.prompt === 1) {
      this.#tellTitle(event.content);
    }
  }

  /** The arguments of a call that has no result yet. */
  inputOf(id: string): Call['input'] | undefined {
    return this.#inputs.get(id);
  }

  /** All that happened so far, without what was gone back from. */
  replay(agent: AgentSession): void {
    // What a client is told of a session that it loads begins with the beginning.
    const held = this.#held ?? [];
    this.#held = undefined;
    let prompt = 0;
    for (const event of effective(agent.session.events())) {
      if (event.kind === 'message' && event.from === 'user') prompt += 1;
      this.#note(event);
      this.#updateAll(replayUpdates(event, prompt, this.surroundings, (id) => this.inputOf(id)));
    }
    this.update({ sessionUpdate: 'usage_update', ...usageOf(agent) });
    for (const tell of held) tell();
  }

  #note(event: SessionEvent): void {
    if (event.kind === 'answer') {
      this.#live.answered();
      for (const { id, input } of callsOf(event)) this.#inputs.set(id, input);
    }
    if (event.kind === 'tool-result') this.#live.ended(event.id);
  }

  #tellTitle(content: readonly UserBlock[]): void {
    const title = oneLine(content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' '), 80);
    if (title !== '') this.update({ sessionUpdate: 'session_info_update', title, updatedAt: new Date().toISOString() });
  }

  #updateAll(updates: readonly SessionUpdate[]): void {
    for (const update of updates) this.update(update);
  }

  #tell(send: () => void): void {
    if (this.#held) this.#held.push(send);
    else send();
  }
}
