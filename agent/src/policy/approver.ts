// Who answers when something asks.
import type { PlanStep } from '../session/index.js';
import type { Decision } from './types.js';

export type Question =
  | { kind: 'plan'; steps: readonly PlanStep[] }
  | { kind: 'call'; id: string; tool: string; title: string; input: Record<string, unknown>; decision: Decision };

export interface Answer {
  allowed: boolean;
  /** The user's words, for the model. */
  reason?: string;
  /** The line that was written into the user's policy, so that it does not ask again. */
  remembered?: string;
  /** The plan as the user edited it. */
  plan?: readonly PlanStep[];
}

export interface Approver {
  /** Rejects with the signal's reason when aborted. */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
}

/** For runs that nobody watches. */
export const nobody: Approver = {
  ask: async () => ({
    allowed: false,
    reason: 'Nobody is there to approve it: this run asks nothing. Finish without it, and say what is left undone.',
  }),
};

/** For runs whose starter answered every question beforehand. */
export const everything: Approver = { ask: async () => ({ allowed: true }) };
