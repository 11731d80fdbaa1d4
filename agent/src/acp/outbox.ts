// What goes to the client, in order, at the client's pace, without anybody waiting for it.
import type { SessionNotification, SessionUpdate } from '@agentclientprotocol/sdk';

export interface Message {
  method: string;
  params: unknown;
}

/** Characters that may wait. A client that reads nothing while so much piles up is taken for gone. */
const maxWaiting = 64 * 1024 * 1024;
/** Characters up to which one message grows while it waits. */
const maxMerged = 64 * 1024;

interface Waiting {
  message: Message;
  size: number;
}

export class Outbox {
  readonly #send: (message: Message) => Promise<void>;
  readonly #onStalled: () => void;
  readonly #waiting: Waiting[] = [];
  #size = 0;
  #sending: Promise<void> | undefined;
  #closed = false;

  /** `send` resolves when the client's side took the message; `onStalled` is called once, when too much waits. */
  constructor(send: (message: Message) => Promise<void>, onStalled: () => void) {
    this.#send = send;
    this.#onStalled = onStalled;
  }

  update(sessionId: string, update: SessionUpdate): void {
    if (this.#merge(sessionId, update)) return;
    this.push({ method: 'session/update', params: { sessionId, update } });
  }

  push(message: Message): void {
    if (this.#closed) return;
    const size = JSON.stringify(message.params).length;
    this.#waiting.push({ message, size });
    this.#grow(size);
    this.#sending ??= this.#sendAll();
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  /** What waits is given up. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
  }

  /** Text that follows on, and output that replaces older output, takes no message of its own while one waits. */
  #merge(sessionId: string, update: SessionUpdate): boolean {
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      const waiting = this.#waiting[at];
      if (waiting?.message.method !== 'session/update') return false;
      const params = waiting.message.params as SessionNotification;
      if (params.sessionId !== sessionId) continue;
      const merged = waiting.size < maxMerged ? merge(params.update, update) : undefined;
      if (merged) {
        waiting.message.params = { sessionId, update: merged };
        const size = JSON.stringify(waiting.message.params).length;
        this.#grow(size - waiting.size);
        waiting.size = size;
        return true;
      }
      // Outputs of different calls may pass each other; nothing else may.
      if (!isOutput(update) || !isOutput(params.update)) return false;
    }
    return false;
  }

  #grow(by: number): void {
    this.#size += by;
    if (this.#size <= maxWaiting || this.#closed) return;
    this.close();
    this.#onStalled();
  }

  async #sendAll(): Promise<void> {
    // What is pushed in the same step may still be merged.
    await Promise.resolve();
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#size -= next.size;
      try {
        await this.#send(next.message);
      } catch {
        // The connection is gone, which its owner is told in another way.
        this.close();
      }
    }
    this.#sending = undefined;
  }
}

/** One update that says what both say, undefined where there is none. */
function merge(first: SessionUpdate, then: SessionUpdate): SessionUpdate | undefined {
  if (isText(first) && isText(then) && first.sessionUpdate === then.sessionUpdate) {
    if (first._meta || then._meta) return undefined;
    return { ...first, content: { type: 'text', text: first.content.text + then.content.text } };
  }
  if (!isOutput(first) || !isOutput(then) || first.toolCallId !== then.toolCallId) return undefined;
  const [before, after] = [terminalData(first), terminalData(then)];
  if (before === undefined || after === undefined) return before === after ? then : undefined;
  return {
    ...then,
    _meta: { terminal_output: { terminal_id: then.toolCallId, data: before + after } },
  };
}

type TextChunk = Extract<SessionUpdate, { sessionUpdate: 'agent_message_chunk' | 'agent_thought_chunk' }> & {
  content: { type: 'text'; text: string };
};

function isText(update: SessionUpdate): update is TextChunk {
  const { sessionUpdate } = update;
  return (
    (sessionUpdate === 'agent_message_chunk' || sessionUpdate === 'agent_thought_chunk') &&
    update.content.type === 'text'
  );
}

type Output = Extract<SessionUpdate, { sessionUpdate: 'tool_call_update' }>;

/** Output of a call that runs: the call's other updates have a status. */
function isOutput(update: SessionUpdate): update is Output {
  return update.sessionUpdate === 'tool_call_update' && update.status === undefined;
}

function terminalData({ _meta }: Output): string | undefined {
  const output = _meta?.['terminal_output'] as { data?: unknown } | undefined;
  return typeof output?.data === 'string' ? output.data : undefined;
}
