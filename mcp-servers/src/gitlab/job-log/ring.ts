/** The last few of many. */
export class Ring<T> {
  readonly #items: T[] = [];
  readonly #size: number;
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  push(item: T): void {
    if (this.#size === 0) return;
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.#size;
  }

  /** From the oldest to the newest. */
  toArray(): T[] {
    return this.#items.length < this.#size
      ? [...this.#items]
      : [...this.#items.slice(this.#next), ...this.#items.slice(0, this.#next)];
  }
}
