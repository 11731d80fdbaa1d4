// A session: its log, and what follows from it.
import { Conversation } from './conversation.js';
import { effective } from './effective.js';
import type { SessionEvent } from './events.js';
import { Facts } from './facts.js';
import type { SessionLog } from './log.js';
import { Totals } from './totals.js';

export class Session {
  readonly totals = new Totals();
  readonly facts = new Facts();
  readonly #log: SessionLog;
  readonly #show: (event: SessionEvent) => void;
  #conversation: Conversation;

  /** `show` is told of every event once it is on disk. */
  constructor(log: SessionLog, show: (event: SessionEvent) => void) {
    this.#log = log;
    this.#show = show;
    const past = log.read();
    for (const event of past) this.#note(event);
    this.#conversation = conversationOf(past);
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  /** Where the log lies, for what is kept beside it. */
  get folder(): string {
    return this.#log.folder;
  }

  /** All that happened, from disk. */
  events(): SessionEvent[] {
    return this.#log.read();
  }

  /** Throws `session-write`; then the event has not happened. */
  record(what: SessionEvent): void {
    const event = what.kind === 'message' && this.conversation.isBusy ? { ...what, queued: true as const } : what;
    this.#log.append(event);
    this.#note(event);
    if (event.kind === 'rewound') this.#conversation = conversationOf(this.#log.read());
    else this.#conversation.apply(event);
    this.#show(event);
  }

  #note(event: SessionEvent): void {
    this.totals.apply(event);
    this.facts.apply(event);
  }

  close(): void {
    this.#log.close();
  }
}

function conversationOf(events: readonly SessionEvent[]): Conversation {
  const conversation = new Conversation();
  for (const event of effective(events)) conversation.apply(event);
  return conversation;
}
