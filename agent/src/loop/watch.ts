// Looks over the loop's shoulder: limits, and answers that lead nowhere.
import type { ModelReply, Usage } from '../model/index.js';
import type { Limits } from '../policy/index.js';
import { Stop } from './agent.js';
import type { CallRecord } from './calls.js';

/** The same calls with the same results: told after three, stopped after six. */
const repeatsUntilTold = 3;
const repeatsUntilStopped = 6;
/** Answers in a row that neither call a tool nor end. */
const idleUntilStopped = 3;

export class Watch {
  readonly #limits: Limits;
  readonly #start: number;
  readonly #now: () => number;
  #turns = 0;
  #tokens = 0;
  #cost: number | null = 0;
  #idle = 0;
  #last = '';
  #repeats = 0;

  /** `now` is a clock in milliseconds. */
  constructor(limits: Limits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
    this.#start = now();
  }

  /** `cost` is the whole session's, in US dollars; null where the model's price is not known. */
  count({ input, output, cacheWrite }: Usage, cost: number | null): void {
    this.#turns += 1;
    this.#tokens += input + output + cacheWrite;
    this.#cost = cost;
  }

  /** What to tell a model that repeats itself, undefined when it does not. Throws Stop when telling did not help, and once a limit is passed. */
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

  isFinished({ content, stopReason }: ModelReply): boolean {
    return content.length > 0 && (stopReason === 'end_turn' || stopReason === 'stop_sequence');
  }

  /** What to tell a model that neither called a tool nor finished, undefined when it should just go on. Throws Stop when telling does not help. */
  nextWithoutCalls({ content, stopReason }: ModelReply): string | undefined {
    this.#idle += 1;
    if (this.#idle >= idleUntilStopped) {
      throw new Stop('stuck', `The model gave ${this.#idle} answers in a row without a result (${stopReason}).`);
    }
    this.#checkLimits();
    if (stopReason === 'pause_turn' && content.length > 0) return undefined;
    if (stopReason === 'max_tokens') return 'Your answer reached the limit on its length. Go on from where it ended.';
    return 'Your answer was empty. Go on with the task, or say what you did if it is finished.';
  }

  #checkLimits(): void {
    const { turns, tokens, minutes, money } = this.#limits;
    if (this.#turns >= turns) throw limit(`${turns} turns`);
    if (this.#tokens >= tokens) throw limit(`${tokens} tokens`);
    if (this.#now() - this.#start >= minutes * 60_000) throw limit(`${minutes} minutes`);
    if (money === undefined) return;
    if (this.#cost === null) {
      const message = `There is a limit of $${money}, and the price of this model is not known.`;
      throw new Stop('limit', `${message} Take the limit off, or use a model whose price is known.`);
    }
    if (this.#cost >= money) throw limit(`$${money}`);
  }
}

function limit(what: string): Stop {
  return new Stop('limit', `The limit of ${what} is reached. Raise it in the policy, or go on in a new run.`);
}

/** Durations, the ids of commands (`c12`) and the marks of fences differ even where nothing else does, so they do not count. */
function signatureOf(records: readonly CallRecord[]): string {
  const told = records.map(({ call, outcome: { content, isError } }) => [call.tool, call.input, content, isError]);
  const text = JSON.stringify(told);
  return text.replaceAll('\\n', ' ').replace(/\bc\d+\b|outside-[0-9a-f]+|\d+(\.\d+)? ?(ms|s|seconds?)\b/g, '#');
}
