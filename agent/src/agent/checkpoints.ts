// The sandbox's files as they were before each prompt.
import { explain, isExpected } from '../errors.js';
import type { Keeper } from '../keeper/index.js';
import type { Session } from '../session/index.js';

/** Keeps the files as they are before a prompt; a failure is told, and does not stop the work. */
export async function keepCheckpoint(session: Session, keeper: Keeper, prompt: number): Promise<void> {
  const name = `c${session.facts.lastCheckpoint + 1}`;
  try {
    await keeper.checkpoint(name);
    session.record({ kind: 'checkpoint', prompt, name });
  } catch (error) {
    if (!isExpected(error)) throw error;
    session.record({ kind: 'checkpoint', prompt, name: null, reason: explain(error) });
  }
}

/**
 * Keeps them while a run goes on: call `ready` before anything may change files. What the user says in the middle of the
 * run is a prompt as well.
 */
export class RunCheckpoints {
  readonly #session: Session;
  readonly #keeper: Keeper;
  #last: Promise<void>;

  constructor(session: Session, keeper: Keeper) {
    this.#session = session;
    this.#keeper = keeper;
    this.#last = this.#begin();
    this.#last.catch(() => {}); // awaited by `ready`
  }

  /** Resolves when what was there before each prompt so far is safe. */
  ready(): Promise<void> {
    this.#last = this.#last.then(() => this.#keepMissing());
    return this.#last;
  }

  /** Call when the run is over: the files as they are now are those before the next prompt. */
  async end(): Promise<void> {
    const next = this.#session.conversation.prompt + 1;
    await this.ready();
    await keepCheckpoint(this.#session, this.#keeper, next);
  }

  async #begin(): Promise<void> {
    const { conversation, facts } = this.#session;
    // A run that goes on has changed files already: what was kept before it did is what counts.
    if (facts.hasActed && facts.hasCheckpoint(conversation.prompt)) return;
    // Kept again where there is one: what ran in the background since the last run may have changed files.
    await keepCheckpoint(this.#session, this.#keeper, conversation.prompt);
  }

  async #keepMissing(): Promise<void> {
    const { conversation, facts } = this.#session;
    for (let prompt = conversation.prompt; prompt > 0 && !facts.hasCheckpoint(prompt); prompt--) {
      await keepCheckpoint(this.#session, this.#keeper, prompt);
    }
  }
}
