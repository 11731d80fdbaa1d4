// Who answers when a call asks.
import type { PlanStep } from '../session/index.js';

export type Question =
  | { kind: 'plan'; steps: readonly PlanStep[] }
  | { kind: 'call'; tool: string; input: Record<string, unknown> };

export interface Answer {
  allowed: boolean;
  /** The user's words, for the model. */
  reason?: string;
}

export interface Approver {
  /** Rejects with the signal's reason when aborted. */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
}

/** For runs that nobody watches. */
export const nobody: Approver = {
  ask: async () => ({
    allowed: false,
    reason: 'Nobody is there to approve it: this run has no terminal. Finish without it, and say what is left undone.',
  }),
};
