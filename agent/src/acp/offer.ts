// What happens with the changes at the end of a turn.
import type { RequestPermissionResponse, SessionUpdate } from '@agentclientprotocol/sdk';
import type { AgentSession } from '../agent/index.js';
import { explain, isExpected } from '../errors.js';
import { tellApplied } from './applied.js';
import { readAnswer } from './asker.js';
import type { CardRequest } from './cards.js';
import type { ApplyChoice } from './extension.js';
import { applyCall, applyCard, reviewOf } from './review.js';
import { text } from './tool-updates.js';

export interface TurnEnd {
  readonly agent: AgentSession;
  /** The workspace's top folder. */
  readonly root: string;
  apply: ApplyChoice;
  update(update: SessionUpdate): void;
  say(text: string): void;
  /** Rejects when the signal is aborted. */
  ask(card: CardRequest, signal: AbortSignal): Promise<RequestPermissionResponse>;
}

/** Shows the changes and asks, or applies them, as the session is set. What fails is told, and the turn ends all the same. */
export async function offerChanges(turn: TurnEnd, signal: AbortSignal): Promise<void> {
  if (turn.apply === 'never') return;
  try {
    const review = await reviewOf(turn.agent, turn.root);
    if (review.changes.length === 0 || signal.aborted) return;
    const call = applyCall(`apply-${turn.agent.session.conversation.prompt}`, review, turn.root);
    const { toolCallId } = call;
    turn.update({ sessionUpdate: 'tool_call', ...call });
    if (turn.apply === 'ask' && !(await mayApply(turn, applyCard(call, review), signal))) {
      turn.update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'failed' });
      return;
    }
    const report = await turn.agent.apply();
    const complete = report.conflicts.length === 0 && report.refused.length === 0;
    const status = complete ? 'completed' : 'failed';
    const content = [text(tellApplied(report)), ...review.content];
    turn.update({ sessionUpdate: 'tool_call_update', toolCallId, status, ...(!complete && { content }) });
    if (!complete) turn.say(`\n\n${tellApplied(report)}`);
  } catch (error) {
    if (!isExpected(error)) throw error;
    turn.say(`\n\nThe changes could not be applied: ${explain(error)}`);
  }
}

async function mayApply(turn: TurnEnd, card: CardRequest, signal: AbortSignal): Promise<boolean> {
  let response: RequestPermissionResponse;
  try {
    response = await turn.ask(card, signal);
  } catch (error) {
    if (!signal.aborted) turn.say(`\n\nThe editor could not ask whether to apply the changes: ${explain(error)}`);
    return false;
  }
  if (response.outcome.outcome === 'cancelled') return false;
  const { allowed, always } = readAnswer(card, response, response.outcome.optionId);
  if (always) turn.apply = allowed ? 'always' : 'never';
  return allowed;
}
