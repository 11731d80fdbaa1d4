// What a person and the agent say to each other, turn after turn, until nobody says anything more.
import { explain } from '../errors.js';
import type { AgentClient, Outcome } from './agent-client.js';
import type { Face } from './face.js';
import type { Review, Reviewer } from './review.js';

/** What begins a turn: words, or leave to go on from where it stopped. */
export type Said = { text: string } | 'go on';

export interface DialogueOptions {
  client: AgentClient;
  session: string;
  face: Face;
  reviewer: Reviewer;
  /** Ends after one turn. */
  once: boolean;
  /** Aborted when the user wants out. */
  signal: AbortSignal;
}

export interface Ending {
  /** How the last turn ended. */
  outcome: Outcome;
  /** Undefined where it did not get that far. */
  review: Review | undefined;
}

export class Dialogue {
  readonly #options: DialogueOptions;
  /** Lines that were typed while nobody listened. */
  readonly #ahead: string[] = [];

  constructor(options: DialogueOptions) {
    this.#options = options;
  }

  async hold(first: Said): Promise<Ending> {
    const { face, reviewer, once, signal } = this.#options;
    let said: Said | undefined = first;
    let ending: Ending = { outcome: { reason: 'done', message: '' }, review: undefined };
    while (said !== undefined) {
      const outcome = await this.#turn(said);
      if (outcome) {
        const isDone = outcome.reason === 'done' && !signal.aborted;
        ending = { outcome, review: isDone ? await reviewer.review() : undefined };
      } else if (ending.review) {
        // A command with a slash: it may have applied something, or gone back.
        ending.review.complete = await reviewer.isComplete();
      }
      said = once || !face.console || signal.aborted ? undefined : await this.#listen(ending.outcome);
    }
    return ending;
  }

  /** One turn. Lines that are typed meanwhile reach the agent at its next step, and Escape stops the step it is at. */
  async #turn(said: Said): Promise<Outcome | undefined> {
    const { client, session, face, signal } = this.#options;
    const { console, view } = face;
    signal.throwIfAborted();
    const stop = () => {
      face.stopAsking();
      client.cancel(session).catch((error: unknown) => view.warn(explain(error)));
    };
    signal.addEventListener('abort', stop, { once: true });
    let last = said === 'go on' ? client.goOn(session) : client.prompt(session, said.text);
    const steer = (line: string) => {
      if (line.trim() === '') return;
      view.said(line);
      const before = last;
      // A command with a slash has no outcome of its own, and what was not taken has none at all.
      last = client.prompt(session, line).then(
        (outcome) => outcome ?? before,
        (error: unknown) => {
          view.warn(explain(error));
          return before;
        },
      );
    };
    if (console) Object.assign(console, { onEscape: stop, onLine: steer });
    try {
      for (;;) {
        const current = last;
        const outcome = await current;
        // What was said at the very end is another turn.
        if (current === last) return outcome;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      if (console) Object.assign(console, { onEscape: () => {}, onLine: (line: string) => this.#ahead.push(line) });
    }
  }

  /** Waits for what the user says next; undefined when they have had enough. */
  async #listen({ reason }: Outcome): Promise<Said | undefined> {
    const { face, signal } = this.#options;
    const { console, view } = face;
    view.note(
      reason === 'done'
        ? 'Say what is next, or end with Ctrl-D.'
        : 'Enter goes on from where it stopped; say something else to change course, or end with Ctrl-D.',
    );
    for (;;) {
      const line = this.#ahead.shift() ?? (await console?.listen(signal).catch(() => undefined));
      if (line === undefined) return undefined;
      if (line.trim() !== '') {
        view.said(line);
        return { text: line };
      }
      if (reason !== 'done') return 'go on';
    }
  }
}
