// From a prompt to the answers to all prompts that came meanwhile.
import type { Outcome } from '../loop/index.js';

export interface TurnOptions {
  /** What happens with changes, once nothing runs any more. Ends early when `signal` is aborted. */
  offerChanges(signal: AbortSignal): Promise<void>;
}

export class Turn {
  readonly #options: TurnOptions;
  #ended: Promise<Outcome> | undefined;
  #run: Promise<Outcome> | undefined;
  #cancelled = false;
  #wrote = false;
  #offer: AbortController | undefined;

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  /** Takes a run into the turn, which begins with the first. Answers how the turn ends. */
  join(run: Promise<Outcome>): Promise<Outcome> {
    this.#run = run;
    run.catch(() => {}); // awaited when the run before it has ended
    // The user goes on: the question about the changes so far is put again at the end.
    this.#offer?.abort();
    this.#ended ??= this.#end().finally(() => {
      this.#ended = undefined;
    });
    return this.#ended;
  }

  /** Call when files may have been changed. */
  wrote(): void {
    this.#wrote = true;
  }

  /** However it ends, it counts as interrupted. */
  cancel(): void {
    this.#cancelled = this.#ended !== undefined;
    this.withdraw();
  }

  /** Asks no more about changes. */
  withdraw(): void {
    this.#offer?.abort();
  }

  /** Resolves when no turn is under way. */
  async over(): Promise<void> {
    await this.#ended?.catch(() => {});
  }

  async #end(): Promise<Outcome> {
    this.#cancelled = false;
    this.#wrote = false;
    for (;;) {
      const run = this.#run;
      if (!run) throw new Error('A turn needs a run.');
      const outcome = await run;
      if (run === this.#run && outcome.reason === 'done' && this.#wrote && !this.#cancelled) await this.#offerChanges();
      if (run !== this.#run) continue;
      return this.#cancelled ? { reason: 'interrupted', message: 'Interrupted.' } : outcome;
    }
  }

  async #offerChanges(): Promise<void> {
    this.#offer = new AbortController();
    try {
      await this.#options.offerChanges(this.#offer.signal);
    } finally {
      this.#offer = undefined;
    }
  }
}
