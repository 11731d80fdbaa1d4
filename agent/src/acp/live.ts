// What a session shows while it happens as updates for an editor.
import type { SessionUpdate, ToolCallContent } from '@agentclientprotocol/sdk';
import type { LiveEvent } from '../loop/index.js';
import type { ClientTraits } from './client.js';
import { codeBlock, oneLine, tail } from './text.js';
import { said, thought } from './updates.js';

/** Characters of a running command's output that are shown: the newest. */
const maxOutput = 40_000;

/** Turns live events into updates; remembers what an update has to repeat. */
export class LiveUpdates {
  readonly #client: ClientTraits;
  /** By call: its newest output. */
  readonly #output = new Map<string, string>();
  #saidSomething = false;

  constructor(client: ClientTraits) {
    this.#client = client;
  }

  of(event: LiveEvent): SessionUpdate[] {
    switch (event.kind) {
      case 'text-delta':
        this.#saidSomething = true;
        return [said(event.text)];
      case 'thinking-delta':
        return [{ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: event.text } }];
      case 'progress':
        return [this.#notice(event.text)];
      case 'retry':
        return this.#retry(event.reason, event.delayMs);
      case 'tool-output':
        return [this.#outputOf(event.id, event.text)];
    }
  }

  /** Call when an answer is complete. */
  answered(): void {
    this.#saidSomething = false;
  }

  /** Call when a call has its result. */
  ended(id: string): void {
    this.#output.delete(id);
  }

  #notice(text: string): SessionUpdate {
    const title = oneLine(text, 300);
    return this.#client.notices && title !== '' ? { sessionUpdate: 'notice', severity: 'info', title } : thought(text);
  }

  #retry(reason: string, delayMs: number): SessionUpdate[] {
    const again = `${reason}. Asking again in ${Math.ceil(delayMs / 1_000)} s.`;
    if (!this.#saidSomething) return [this.#notice(again)];
    this.#saidSomething = false;
    return [said(`\n\n**The answer above broke off and does not count**: ${again}\n\n`)];
  }

  #outputOf(id: string, text: string): SessionUpdate {
    const lines = text.endsWith('\n') ? text : `${text}\n`;
    const update = { sessionUpdate: 'tool_call_update', toolCallId: id } as const;
    if (this.#client.terminalOutput) return { ...update, _meta: { terminal_output: { terminal_id: id, data: lines } } };
    const output = tail((this.#output.get(id) ?? '') + lines, maxOutput);
    this.#output.set(id, output);
    const content: ToolCallContent[] = [{ type: 'content', content: { type: 'text', text: codeBlock(output) } }];
    return { ...update, content };
  }
}
