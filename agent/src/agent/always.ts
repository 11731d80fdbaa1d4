// An approver that can be told "always": the answer becomes a line of the user's own policy.
import { explain, isExpected } from '../errors.js';
import { type Answer, type Approver, type Question, remember } from '../policy/index.js';

/** How a person answers a card. `always` stands for this call and all that the same line covers. */
export interface CardAnswer extends Answer {
  always?: boolean;
}

export interface Asker {
  /** Rejects with the signal's reason when aborted. */
  ask(question: Question, signal: AbortSignal): Promise<CardAnswer>;
}

interface Memory {
  home: string;
  /** Called when the user's policy has a new line. */
  changed(): Promise<void>;
  /** Told why a line could not be written; the answer counts for this call all the same. */
  onFailure(why: string): void;
}

export function rememberingApprover(asker: Asker, { home, changed, onFailure }: Memory): Approver {
  return {
    async ask(question, signal) {
      const { always, ...answer } = await asker.ask(question, signal);
      const lines = question.kind === 'call' ? question.decision.always : undefined;
      if (!always || !lines) return answer;
      const rule = answer.allowed ? lines.allow : lines.deny;
      try {
        await remember(home, { verdict: answer.allowed ? 'allow' : 'deny', rule });
        await changed();
      } catch (error) {
        if (!isExpected(error)) throw error;
        onFailure(`"Always" could not be written into your policy: ${explain(error)}`);
        return answer;
      }
      return { ...answer, remembered: `${answer.allowed ? 'allow' : 'deny'}: ${rule}` };
    },
  };
}
