// The loop: ask the model, do what it calls for, until one of them ends it.
import { AgentError, explain, isExpected } from '../errors.js';
import { costOf, type ModelReply } from '../model/index.js';
import type { StopReason } from '../session/index.js';
import { type Agent, Stop } from './agent.js';
import { closeOpenCalls, executeCalls } from './calls.js';
import { Watch } from './watch.js';

export interface Outcome {
  reason: StopReason;
  message: string;
}

/** Runs from wherever the session stands until the model is done or something stops it. Throws when the session cannot be written, and what nobody foresaw. */
export async function run(agent: Agent): Promise<Outcome> {
  const outcome = await loop(agent);
  // An interruption right after an answer leaves its calls without results.
  closeOpenCalls(agent.session);
  agent.session.record({ kind: 'stop', ...outcome });
  return outcome;
}

async function loop(agent: Agent): Promise<Outcome> {
  try {
    closeOpenCalls(agent.session);
    const watch = new Watch(agent.limits);
    for (;;) await step(agent, watch);
  } catch (error) {
    if (error instanceof Stop) return { reason: error.reason, message: error.message };
    if (agent.signal.aborted) return { reason: 'interrupted', message: 'Interrupted.' };
    if (!isExpected(error)) throw error;
    return { reason: 'failed', message: explain(error) };
  }
}

async function step(agent: Agent, watch: Watch): Promise<void> {
  await agent.context.makeRoom(agent.signal);
  const reply = await queryWithRoom(agent);
  watch.count(reply.usage, agent.session.totals.cost);
  endIfRefused(reply);
  const results = await executeCalls(agent);
  agent.signal.throwIfAborted();
  const { session } = agent;
  if (results.length === 0 && watch.isFinished(reply)) {
    // Something was said meanwhile: that is the next task, not the end.
    if (session.conversation.atRest) throw new Stop('done', 'The model is done.');
    return;
  }
  const advice = results.length > 0 ? watch.repeats(results) : watch.nextWithoutCalls(reply);
  if (advice) session.record({ kind: 'message', from: 'cofferdam', content: [{ type: 'text', text: advice }] });
}

/** A conversation that no longer fits is made smaller, once. */
async function queryWithRoom(agent: Agent): Promise<ModelReply> {
  const first = await query(agent).catch((error: unknown) => {
    if (!isFull(error)) throw error;
    return undefined;
  });
  if (first && first.stopReason !== windowExceeded) return first;
  agent.signal.throwIfAborted();
  await agent.context.compact(agent.signal);
  const second = await query(agent).catch((error: unknown) => {
    throw isFull(error) ? tooFull() : error;
  });
  if (second.stopReason === windowExceeded) throw tooFull();
  return second;
}

const windowExceeded = 'model_context_window_exceeded';

function isFull(error: unknown): boolean {
  return error instanceof AgentError && error.code === 'model-context-full';
}

function tooFull(): Stop {
  return new Stop('limit', 'The conversation does not fit the model, not even as a summary. Start a new session.');
}

async function query({ model, context, session, signal, show }: Agent): Promise<ModelReply> {
  session.conversation.asked();
  const reply = await model.query({
    system: context.system(),
    tools: context.tools(),
    messages: session.conversation.messages,
    signal,
    onText: (text) => show({ kind: 'text-delta', text }),
    onThinking: (text) => show({ kind: 'thinking-delta', text }),
    onRetry: (reason, delayMs) => show({ kind: 'retry', reason, delayMs }),
  });
  const { content, stopReason, usage, problems } = reply;
  session.record({ kind: 'answer', content, stopReason, usage, problems, cost: costOf(model.name, usage) });
  signal.throwIfAborted();
  return reply;
}

function endIfRefused({ stopReason, refusal }: ModelReply): void {
  if (stopReason === 'refusal') throw new Stop('refused', refusal ?? 'The model declined to answer.');
}
