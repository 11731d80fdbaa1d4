// Bytes become lines as the terminal had them, in bounded memory.

/** UTF-16 units of one line that are kept: more than any line made for reading. */
const maxLine = 1 << 20;

export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #partial = '';
  #dropped = 0;

  /** The lines that `chunk` completes. */
  *push(chunk: Uint8Array | string): Generator<string> {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#keep(text.slice(start, end));
      yield this.#take();
      start = end + 1;
    }
    this.#keep(text.slice(start));
  }

  /** What follows the last line end. */
  *end(): Generator<string> {
    this.#keep(this.#decoder.decode());
    if (this.#partial) yield this.#take();
  }

  /** Of an endless progress display only what was drawn last matters; of other endless lines, the beginning. */
  #keep(piece: string): void {
    if (this.#dropped > 0) {
      this.#dropped += piece.length;
      return;
    }
    this.#partial += piece;
    if (this.#partial.length <= maxLine) return;
    const redrawn = this.#partial.lastIndexOf('\r', this.#partial.length - 2) + 1;
    if (redrawn > 0) this.#partial = this.#partial.slice(redrawn);
    if (this.#partial.length <= maxLine) return;
    this.#dropped = this.#partial.length - maxLine;
    this.#partial = this.#partial.slice(0, maxLine);
  }

  #take(): string {
    const line = this.#dropped > 0 ? `${this.#partial} [${this.#dropped} more characters]` : this.#partial;
    this.#partial = '';
    this.#dropped = 0;
    return line;
  }
}
