// What a run has cost so far.
import type { Usage } from '../model/index.js';
import { short } from './text.js';

export class Tally {
  readonly #start = performance.now();
  #turns = 0;
  #read = 0;
  #cached = 0;
  #written = 0;

  add({ input, output, cacheRead, cacheWrite }: Usage): void {
    this.#turns += 1;
    this.#read += input + cacheRead + cacheWrite;
    this.#cached += cacheRead;
    this.#written += output;
  }

  summary(): string {
    const seconds = Math.round((performance.now() - this.#start) / 1000);
    const time = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    const cached = this.#read === 0 ? 0 : Math.round((100 * this.#cached) / this.#read);
    const turns = `${this.#turns} ${this.#turns === 1 ? 'turn' : 'turns'}`;
    return `${turns} · ${short(this.#read)} tokens in (${cached}% cached) · ${short(this.#written)} out · ${time}`;
  }
}
