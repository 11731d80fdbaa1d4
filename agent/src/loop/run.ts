// The loop: ask the model, do what it calls for, until one of them ends it.
import { explain, isExpected } from '../errors.js';
import type { ModelReply } from '../model/index.js';
import type { StopReason } from '../session/index.js';
import { type Agent, Stop } from './agent.js';
import { closeOpenCalls, executeCalls } from './calls.js';
import { planTool } from './plan.js';
import { Watch } from './watch.js';

export interface Outcome {
  reason: StopReason;
  message: string;
}

/** Runs from wherever the session stands until the model is done or something stops it. Throws when the session cannot be written, and what nobody foresaw. */
export async function run(agent: Agent): Promise<Outcome> {
  const outcome = await loop(agent);
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
  const reply = await query(agent);
  watch.count(reply.usage);
  endIfRefused(reply);
  const results = await executeCalls(agent);
  agent.signal.throwIfAborted();
  const advice = results.length > 0 ? watch.repeats(results) : watch.nextWithoutCalls(reply);
  if (advice) agent.session.record({ kind: 'message', from: 'cofferdam', text: advice });
}

async function query({ model, toolbox, session, system, signal, show }: Agent): Promise<ModelReply> {
  const reply = await model.query({
    system,
    tools: [...toolbox.tools, planTool].map(({ name, description, inputSchema }) => ({
      name,
      description,
      input_schema: inputSchema,
    })),
    messages: session.conversation.messages,
    signal,
    onText: (text) => show({ kind: 'text-delta', text }),
    onThinking: (text) => show({ kind: 'thinking-delta', text }),
    onRetry: (reason, delayMs) => show({ kind: 'retry', reason, delayMs }),
  });
  const { content, stopReason, usage, problems } = reply;
  session.record({ kind: 'answer', content, stopReason, usage, problems });
  return reply;
}

function endIfRefused({ stopReason, refusal }: ModelReply): void {
  if (stopReason === 'refusal') throw new Stop('refused', refusal ?? 'The model declined to answer.');
}
