// Answers that GitLab said how to ask about again: with their ETag, an unchanged one costs a 304.
import type { IncomingHttpHeaders } from 'node:http';

export interface Stored {
  etag: string;
  text: string;
  headers: IncomingHttpHeaders;
}

const most = { entries: 200, bytes: 16_000_000, one: 2_000_000 };

/** As RFC 9110 has it, in ASCII: what is stored is sent back as a header. */
const sendable = /^(?:W\/)?"[\x21\x23-\x7e]{1,200}"$/;

/** The most recently used ones, bounded in number and size. */
export class ETags {
  readonly #stored = new Map<string, Stored>();
  #bytes = 0;

  get(url: string): Stored | undefined {
    const found = this.#stored.get(url);
    if (found) {
      this.#stored.delete(url);
      this.#stored.set(url, found);
    }
    return found;
  }

  put(url: string, text: string, headers: IncomingHttpHeaders): void {
    this.#drop(url);
    const { etag } = headers;
    if (!etag || !sendable.test(etag) || text.length > most.one) return;
    this.#stored.set(url, { etag, text, headers });
    this.#bytes += text.length;
    for (const [oldest] of this.#stored) {
      if (this.#stored.size <= most.entries && this.#bytes <= most.bytes) break;
      this.#drop(oldest);
    }
  }

  #drop(url: string): void {
    this.#bytes -= this.#stored.get(url)?.text.length ?? 0;
    this.#stored.delete(url);
  }
}
