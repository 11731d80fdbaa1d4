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
    this.#write(what.kind === 'message' && this.conversation.isBusy ? { ...what, queued: true } : what);
  }

  /** What happened at the same time, waiting for the disk once. Throws `session-write`; then none of it has happened. */
  recordAll(events: readonly Extract<SessionEvent, { kind: 'tool-start' | 'tool-result' }>[]): void {
    if (events.length > 0) this.#write(...events);
  }

  #write(...events: SessionEvent[]): void {
    this.#log.append(...events);
    for (const event of events) {
      this.#note(event);
      if (event.kind === 'rewound') this.#conversation = conversationOf(this.#log.read());
      else this.#conversation.apply(event);
    }
    // All of it has happened before anybody is shown any of it, and says something to it.
    for (const event of events) this.#show(event);
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
