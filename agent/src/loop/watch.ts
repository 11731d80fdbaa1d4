// Looks over the loop's shoulder: limits, and answers that lead nowhere.
import type { ModelReply, Usage } from '../model/index.js';
import { type Limits, Stop } from './agent.js';
import type { CallRecord } from './calls.js';

/** The same calls with the same results: told after three, stopped after six. */
const repeatsUntilTold = 3;
const repeatsUntilStopped = 6;
/** Answers in a row that neither call a tool nor end. */
const idleUntilStopped = 3;

export class Watch {
  readonly #limits: Limits;
  #turns = 0;
  #tokens = 0;
  #idle = 0;
  #last = '';
  #repeats = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Throws Stop once a limit is passed; what was answered until then is kept. */
  count({ input, output, cacheWrite }: Usage): void {
    this.#turns += 1;
    this.#tokens += input + output + cacheWrite;
  }

  /** What to tell a model that repeats itself, undefined when it does not. Throws Stop when telling did not help. */
  repeats(records: readonly CallRecord[]): string | undefined {
    this.#checkLimits();
    this.#idle = 0;
    const signature = signatureOf(records);
    this.#repeats = signature === this.#last ? this.#repeats + 1 : 1;
    this.#last = signature;
    if (this.#repeats >= repeatsUntilStopped) {
      throw new Stop('stuck', `The model made the same call ${this.#repeats} times in a row with the same result.`);
    }
    if (this.#repeats < repeatsUntilTold) return undefined;
    return `You have made the same call ${this.#repeats} times with the same result; another time will not change it. Try another way, or say what stands in the way.`;
  }

  /** What to tell a model that called no tool, undefined when it should just go on. Throws Stop when it has finished. */
  nextWithoutCalls({ content, stopReason }: ModelReply): string | undefined {
    if (stopReason === 'model_context_window_exceeded') {
      throw new Stop(
        'limit',
        'The conversation no longer fits the model. Start a new session with what is left to do.',
      );
    }
    const empty = content.length === 0;
    const finished = stopReason === 'end_turn' || stopReason === 'stop_sequence';
    if (finished && !empty) throw new Stop('done', 'The model is done.');
    this.#idle += 1;
    if (this.#idle >= idleUntilStopped) {
      throw new Stop('stuck', `The model gave ${this.#idle} answers in a row without a result (${stopReason}).`);
    }
    this.#checkLimits();
    if (stopReason === 'pause_turn' && !empty) return undefined;
    if (stopReason === 'max_tokens') return 'Your answer reached the limit on its length. Go on from where it ended.';
    return 'Your answer was empty. Go on with the task, or say what you did if it is finished.';
  }

  #checkLimits(): void {
    const { turns, tokens } = this.#limits;
    if (this.#turns >= turns) throw new Stop('limit', `The limit of ${turns} turns is reached.`);
    if (this.#tokens >= tokens) throw new Stop('limit', `The limit of ${tokens} tokens is reached.`);
  }
}

/** Durations and the ids of commands (`c12`) differ even where nothing else does, so they do not count. */
function signatureOf(records: readonly CallRecord[]): string {
  const text = JSON.stringify(records.map(({ call, outcome }) => [call.tool, call.input, outcome]));
  return text.replace(/\bc\d+\b|\d+(\.\d+)? ?(ms|s|seconds?)\b/g, '#');
}
