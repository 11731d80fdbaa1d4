// How full the window is.
import type { Conversation, Session } from '../../session/index.js';
import { estimateBlocks } from './estimate.js';

export class Fill {
  readonly #session: Session;
  /** Tokens of what goes before the conversation. */
  readonly #before: () => number;
  /** The conversation that the model's own count is of, and the turn from which on it is. */
  #conversation: Conversation | undefined;
  #countedFrom: number;

  constructor(session: Session, before: () => number) {
    this.#session = session;
    this.#before = before;
    this.#countedFrom = session.totals.turns + 1;
    this.#conversation = session.conversation;
  }

  /** The conversation became another: until the model's next answer its size is a guess. */
  changed(): void {
    this.#countedFrom = this.#session.totals.turns + 1;
  }

  /** Tokens of the next request: the model's count where there is one, and an estimate of what came since. */
  tokens(): number {
    const { conversation, totals } = this.#session;
    if (conversation !== this.#conversation) {
      this.#conversation = conversation; // gone back in
      this.changed();
    }
    const { messages } = conversation;
    const counted = totals.turns >= this.#countedFrom;
    const since = counted ? messages.findLastIndex(({ role }) => role === 'assistant') + 1 : 0;
    const estimated = messages.slice(since).reduce((sum, { content }) => sum + estimateBlocks(content), 0);
    return estimated + (counted ? totals.context : this.#before());
  }
}
