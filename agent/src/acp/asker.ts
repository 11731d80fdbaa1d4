// Puts questions to whoever sits at the client.
import type { RequestPermissionResponse } from '@agentclientprotocol/sdk';
import * as z from 'zod';
import type { Asker, CardAnswer } from '../agent/index.js';
import { explain } from '../errors.js';
import type { AskAboutServer } from '../mcp/third-party/index.js';
import { planStepSchema } from '../session/index.js';
import { type CardRequest, callCard, planCard, serverCard } from './cards.js';
import { metaKeys } from './extension.js';
import type { Surroundings } from './tool-updates.js';

export interface Desk {
  surroundings(): Surroundings;
  /** Rejects with the signal's reason when aborted, and with what the client answers instead. */
  request(card: CardRequest, signal: AbortSignal): Promise<RequestPermissionResponse>;
  /** What became of a card that stands for no call. */
  settled(toolCallId: string, allowed: boolean): void;
  /** The user wants it to stop. */
  interrupt(): void;
  /** Policy decides from here. */
  letPolicyDecide(): void;
}

const planSchema = z.array(planStepSchema).min(1).max(100);

export class ClientAsker implements Asker {
  readonly #desk: Desk;
  #cards = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async ask(question: Parameters<Asker['ask']>[0], signal: AbortSignal): Promise<CardAnswer> {
    if (question.kind === 'call') return this.#put(callCard(question, this.#desk.surroundings()), signal);
    const card = planCard(question, ++this.#cards);
    const { always, ...answer } = await this.#settle(card, signal);
    if (answer.allowed && always) this.#desk.letPolicyDecide();
    return answer;
  }

  readonly aboutServer: AskAboutServer = async (question, signal) => {
    const { allowed, always = false } = await this.#settle(serverCard(question, ++this.#cards), signal);
    return { allowed, always };
  };

  async #settle(card: CardRequest, signal: AbortSignal): Promise<CardAnswer> {
    let allowed = false;
    try {
      const answer = await this.#put(card, signal);
      allowed = answer.allowed;
      return answer;
    } finally {
      this.#desk.settled(card.toolCall.toolCallId, allowed);
    }
  }

  async #put(card: CardRequest, signal: AbortSignal): Promise<CardAnswer> {
    let response: RequestPermissionResponse;
    try {
      response = await this.#desk.request(card, signal);
    } catch (error) {
      signal.throwIfAborted();
      return { allowed: false, reason: `The editor could not ask the user: ${explain(error)}` };
    }
    if (response.outcome.outcome === 'cancelled') {
      this.#desk.interrupt();
      signal.throwIfAborted();
      return { allowed: false, reason: 'The user closed the question.' };
    }
    return readAnswer(card, response, response.outcome.optionId);
  }
}

export function readAnswer(card: CardRequest, { _meta }: RequestPermissionResponse, optionId: string): CardAnswer {
  const option = card.options.find((candidate) => candidate.optionId === optionId);
  if (!option) return { allowed: false, reason: 'The editor gave an answer that was not among those offered.' };
  const allowed = option.kind === 'allow_once' || option.kind === 'allow_always';
  const always = option.kind === 'allow_always' || option.kind === 'reject_always';
  const reason = z.string().min(1).max(20_000).safeParse(_meta?.[metaKeys.reason]);
  const plan = planSchema.safeParse(_meta?.[metaKeys.plan]);
  return {
    allowed,
    ...(always && { always }),
    ...(reason.success && { reason: reason.data }),
    ...(plan.success && { plan: plan.data }),
  };
}
