// Who works on a session: one run, or something that no run may come in between.
import { setMaxListeners } from 'node:events';
import { AgentError } from '../errors.js';
import type { Outcome } from '../loop/index.js';

/** Why work was stopped from outside. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor() {
    super('Interrupted.');
  }
}

interface Running {
  outcome: Promise<Outcome>;
  controller: AbortController;
  /** True when it has said all that it will, and does only what comes after. */
  isOver: boolean;
}

interface Alone {
  ended: Promise<void>;
  controller: AbortController;
}

/** Calls `over` before it does what is left once nothing it is told can be heard any more. */
export type Run = (signal: AbortSignal, over: () => void) => Promise<Outcome>;

export class Turns {
  #running: Running | undefined;
  #alone: Alone | undefined;

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** What must end before anything is said; undefined where nothing must. */
  get busy(): Promise<void> | undefined {
    return this.#alone?.ended.then(() => this.busy);
  }

  /** The outcome of the run that answers what was said until now: the one that goes on, or a new one. */
  async join(run: Run): Promise<Outcome> {
    if (this.#running?.isOver) await this.#running.outcome.catch(() => {});
    return (this.#running ?? this.#start(run)).outcome;
  }

  /** Throws AgentError `usage` where something is under way, and where it was stopped. */
  async alone<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    if (this.#running || this.#alone) throw usage('The agent is at work.', 'Stop it first, or wait.');
    const controller = new AbortController();
    const doing = work(controller.signal);
    const end = () => {
      this.#alone = undefined;
    };
    this.#alone = { ended: doing.then(end, end), controller };
    try {
      return await doing;
    } catch (error) {
      throw error instanceof Cancelled ? usage('It was interrupted.', 'Start it again when you want it.') : error;
    }
  }

  /** Stops the current step; what was done and said stays. */
  cancel(): void {
    for (const work of [this.#running, this.#alone]) work?.controller.abort(new Cancelled());
  }

  /** Resolves when nothing is under way, however it ended. */
  async over(): Promise<void> {
    await this.#running?.outcome.catch(() => {});
    await this.#alone?.ended;
  }

  #start(run: Run): Running {
    const controller = new AbortController();
    // Each of any number of parallel calls listens.
    setMaxListeners(0, controller.signal);
    const over = () => {
      running.isOver = true;
    };
    // A tick later, when it is known that it runs.
    const outcome = Promise.resolve().then(() => run(controller.signal, over));
    const running: Running = {
      controller,
      isOver: false,
      outcome: outcome.finally(() => {
        this.#running = undefined;
      }),
    };
    this.#running = running;
    return running;
  }
}

function usage(message: string, remedy: string): AgentError {
  return new AgentError('usage', message, remedy);
}
