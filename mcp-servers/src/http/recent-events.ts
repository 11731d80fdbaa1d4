// The last events of a session, for a client whose connection broke and that asks for what it missed.
import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** Characters of JSON kept a session; the newest event is kept whatever its size. */
const CAPACITY = 4 * 2 ** 20;

export class RecentEvents implements EventStore {
  /** By number, oldest first. */
  readonly #events = new Map<number, { stream: string; json: string }>();
  #last = 0;
  #size = 0;

  async storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    const json = JSON.stringify(message);
    this.#last += 1;
    this.#events.set(this.#last, { stream, json });
    this.#size += json.length;
    for (const [number, oldest] of this.#events) {
      if (this.#size <= CAPACITY || number === this.#last) break;
      this.#events.delete(number);
      this.#size -= oldest.json.length;
    }
    return String(this.#last);
  }

  /** Undefined, which refuses to resume, when the event is gone: then so may be others after it. */
  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return this.#events.get(Number(id))?.stream;
  }

  async replayEventsAfter(
    id: string,
    { send }: { send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const after = this.#events.get(Number(id));
    if (!after) throw new Error(`The event ${id} is not kept any more.`);
    for (const [number, { stream, json }] of this.#events) {
      if (number > Number(id) && stream === after.stream) await send(String(number), JSON.parse(json));
    }
    return after.stream;
  }
}
