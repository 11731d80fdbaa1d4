// Keeps the conversation within the model's window: clears old results first, then replaces it by a record of itself.
import { AgentError } from '../../errors.js';
import { contextWindow, costOf, type Model, type ModelReply } from '../../model/index.js';
import type { Session } from '../../session/index.js';
import { askForSummary, recordOf, type SummaryRequest, summaryIn } from '../compaction/index.js';
import { clearable } from './clear.js';
import { estimateText } from './estimate.js';
import { Fill } from './fill.js';

/** Tokens that a model takes in of which nothing is known. */
const usualWindow = 200_000;
/** Every turn pays for all that the model is given, so more than this is not filled even where it fits. */
const worthwhileWindow = 400_000;

/** Shares of the window. Clearing breaks the prompt cache, so it is done rarely and then much at once. */
const clearAbove = 0.6;
const clearTo = 0.35;
const worthClearing = 0.1;
const compactAbove = 0.8;

/** Answers whose calls keep their results. */
const keptTurns = 6;
const keptTurnsWhenFull = 2;

export interface RoomOptions {
  session: Session;
  model: Model;
  window?: number;
  /** What goes before the conversation. */
  request(): Omit<SummaryRequest, 'signal'>;
  /** Called when the conversation is its record. */
  replaced(): void;
  onProgress?(text: string): void;
}

export class Room {
  readonly #options: RoomOptions;
  readonly #fill: Fill;
  #window: number;

  constructor(options: RoomOptions) {
    const { session, model, window, request } = options;
    this.#options = options;
    this.#window = window ?? Math.min(contextWindow(model.name) ?? usualWindow, worthwhileWindow);
    this.#fill = new Fill(session, () => {
      const { system, tools } = request();
      return estimateText(JSON.stringify([system, tools.filter(({ defer_loading }) => !defer_loading)]));
    });
  }

  async make(signal: AbortSignal): Promise<void> {
    const tokens = this.#fill.tokens();
    if (tokens <= this.#window * clearAbove) return;
    this.#clear(tokens - this.#window * clearTo, keptTurns, this.#window * worthClearing);
    if (this.#fill.tokens() > this.#window * compactAbove) await this.compact(signal);
  }

  async compact(signal: AbortSignal): Promise<void> {
    const { session, model } = this.#options;
    if (session.conversation.messages.length === 0) return;
    if (session.conversation.openCalls.length > 0) {
      throw new AgentError('usage', 'Calls of the model are open.', 'Wait until they have ended.');
    }
    const reply = await this.#summarise(signal);
    const summary = reply ? summaryIn(reply) : '';
    const spent = reply && { usage: reply.usage, cost: costOf(model.name, reply.usage) };
    session.record({ kind: 'compacted', content: recordOf(session, summary), ...spent });
    this.#options.replaced();
    this.#fill.changed();
  }

  #clear(wanted: number, turns: number, worth: number): void {
    const { session } = this.#options;
    const { ids, freed } = clearable(session.conversation, wanted, turns);
    if (ids.length === 0 || freed < worth) return;
    session.record({ kind: 'cleared', ids });
    this.#fill.changed();
  }

  /**
   * Undefined where the conversation does not fit for that either. What may pass by itself is thrown: the conversation is
   * worth more than a record without a summary.
   */
  async #summarise(signal: AbortSignal): Promise<ModelReply | undefined> {
    this.#options.onProgress?.('The conversation has become long: it is being summarised.');
    const { conversation } = this.#options.session;
    conversation.asked(); // what is said meanwhile follows the record
    try {
      const first = await this.#ask(signal);
      if (first) return first;
      // The window is smaller than was thought: known from now on, for as long as the process lives.
      this.#window = Math.min(this.#window, this.#fill.tokens());
      this.#clear(Number.POSITIVE_INFINITY, keptTurnsWhenFull, 0);
      return await this.#ask(signal);
    } catch (error) {
      conversation.unasked();
      throw error;
    }
  }

  async #ask(signal: AbortSignal): Promise<ModelReply | undefined> {
    const { session, model, request } = this.#options;
    try {
      const reply = await askForSummary(model, { ...request(), signal }, session.conversation.messages);
      signal.throwIfAborted();
      return reply.stopReason === 'model_context_window_exceeded' ? undefined : reply;
    } catch (error) {
      if (error instanceof AgentError && error.code === 'model-context-full') return undefined;
      throw error;
    }
  }
}
