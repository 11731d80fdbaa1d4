// A session: its log, and the conversation that follows from it.
import { Conversation } from './conversation.js';
import type { SessionEvent } from './events.js';
import type { SessionLog } from './log.js';

export class Session {
  readonly conversation = new Conversation();
  readonly #log: SessionLog;
  readonly #show: (event: SessionEvent) => void;

  /** `show` is told of every event once it is on disk. */
  constructor(log: SessionLog, show: (event: SessionEvent) => void) {
    this.#log = log;
    this.#show = show;
    for (const event of log.past) this.conversation.apply(event);
  }

  /** Throws `session-write`; then the event has not happened. */
  record(event: SessionEvent): void {
    this.#log.append(event);
    this.conversation.apply(event);
    this.#show(event);
  }

  close(): void {
    this.#log.close();
  }
}
