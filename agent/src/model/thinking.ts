// How a model is told to think, which differs between generations.
import type Anthropic from '@anthropic-ai/sdk';
import { AgentError } from '../errors.js';
import { abilitiesOf } from './abilities.js';

export interface Thinking {
  /** Tokens, for models that have a budget; the others decide themselves and show a summary. */
  budgetTokens: number;
}

/** Undefined leaves it to the model. Throws AgentError `usage` for a budget that the API would refuse. */
export function thinkingParam(
  model: string,
  thinking: Thinking | undefined,
  maxTokens: number,
): Anthropic.ThinkingConfigParam | undefined {
  if (!thinking) return undefined;
  const { budgetTokens } = thinking;
  if (!Number.isInteger(budgetTokens) || budgetTokens < 1024 || budgetTokens >= maxTokens) {
    const message = `A budget of ${budgetTokens} tokens for thinking is not between 1024 and ${maxTokens - 1}.`;
    throw new AgentError('usage', message, 'Set COFFERDAM_THINKING to a number of tokens in that range.');
  }
  switch (abilitiesOf(model)?.thinking ?? 'adaptive') {
    case 'adaptive':
      return { type: 'adaptive', display: 'summarized' };
    case 'budget':
      return { type: 'enabled', budget_tokens: budgetTokens };
    case 'none':
      return undefined;
  }
}
