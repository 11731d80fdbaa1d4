// What a session has cost so far. Going back does not make it cheaper.
import type { SessionEvent } from './events.js';

type Usage = Extract<SessionEvent, { kind: 'answer' }>['usage'];

export class Totals {
  turns = 0;
  input = 0;
  output = 0;
  cacheRead = 0;
  cacheWrite = 0;
  /** US dollars; null as soon as an answer's price was not known. */
  cost: number | null = 0;
  /** Tokens of the latest request and answer: how full the context is. */
  context = 0;

  apply(event: SessionEvent): void {
    if (event.kind === 'compacted' && event.usage) this.#add(event.usage, event.cost ?? null);
    if (event.kind !== 'answer') return;
    const { input, output, cacheRead, cacheWrite } = event.usage;
    this.turns += 1;
    this.context = input + cacheRead + cacheWrite + output;
    this.#add(event.usage, event.cost);
  }

  #add({ input, output, cacheRead, cacheWrite }: Usage, cost: number | null): void {
    this.input += input;
    this.output += output;
    this.cacheRead += cacheRead;
    this.cacheWrite += cacheWrite;
    this.cost = this.cost === null || cost === null ? null : this.cost + cost;
  }

  /** The share of input tokens that came from the cache, 0 to 1. */
  get hitRate(): number {
    const read = this.input + this.cacheRead + this.cacheWrite;
    return read === 0 ? 0 : this.cacheRead / read;
  }
}
