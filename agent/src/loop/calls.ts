// Carries out what the model called for. Every call gets a result, whatever happens.
import * as z from 'zod';
import { type ToolInfo, type ToolOutcome, textOutcome } from '../mcp/index.js';
import { decide } from '../policy/index.js';
import type { OpenCall, Session } from '../session/index.js';
import type { Agent } from './agent.js';
import { planInput, planName, planTool } from './plan.js';

export interface CallRecord {
  call: OpenCall;
  outcome: ToolOutcome;
}

/** All at once when none of them changes anything, else one after the other. In the order of the calls. */
export async function executeCalls(agent: Agent): Promise<CallRecord[]> {
  const calls = agent.session.conversation.openCalls;
  const independent = calls.every((call) => findTool(agent, call.tool)?.readOnly);
  if (independent) return Promise.all(calls.map((call) => execute(agent, call)));
  const records: CallRecord[] = [];
  for (const call of calls) records.push(await execute(agent, call));
  return records;
}

/** Answers the calls that an earlier run left open, without repeating any. */
export function closeOpenCalls(session: Session): void {
  for (const { id, tool, started } of session.conversation.openCalls) {
    const text = started
      ? 'The agent was stopped during this call and its outcome is unknown. Check what it did before repeating it.'
      : 'Not run: the agent was stopped before this call.';
    session.record({ kind: 'tool-result', id, tool, ...textOutcome(text, true), durationMs: 0 });
  }
}

async function execute(agent: Agent, call: OpenCall): Promise<CallRecord> {
  const start = performance.now();
  const outcome = await outcomeOf(agent, call);
  const durationMs = Math.round(performance.now() - start);
  agent.session.record({ kind: 'tool-result', id: call.id, tool: call.tool, ...outcome, durationMs });
  return { call, outcome };
}

async function outcomeOf(agent: Agent, call: OpenCall): Promise<ToolOutcome> {
  const { session, toolbox, signal, show } = agent;
  if (signal.aborted) return textOutcome('Not run: the user interrupted.', true);
  const tool = findTool(agent, call.tool);
  if (!tool) return unknownTool(agent, call.tool);
  if (call.problem) return textOutcome(`Not run: ${call.problem}`, true);
  if (tool === planTool) return updatePlan(agent, call);
  const objection = await objectionTo(agent, tool, call);
  if (objection) return textOutcome(`Not run: ${objection}`, true);
  session.record({ kind: 'tool-start', id: call.id, tool: call.tool, readOnly: tool.readOnly, input: call.input });
  return toolbox.call(call.tool, call.input, {
    id: call.id,
    signal,
    onOutput: (text) => show({ kind: 'tool-output', id: call.id, text }),
  });
}

function findTool({ toolbox }: Agent, name: string): ToolInfo | undefined {
  return name === planName ? planTool : toolbox.tools.find((tool) => tool.name === name);
}

function unknownTool({ toolbox }: Agent, name: string): ToolOutcome {
  const known = [...toolbox.tools, planTool].map((tool) => tool.name).join(', ');
  return textOutcome(`There is no tool ${JSON.stringify(name)}. The tools are: ${known}.`, true);
}

/** Why the call may not be made, undefined when it may. */
async function objectionTo(agent: Agent, tool: ToolInfo, call: OpenCall): Promise<string | undefined> {
  const { session, approvals } = agent;
  const decision = decide(tool, approvals, session.conversation.planApproved);
  if (decision.verdict === 'allow') return undefined;
  if (decision.verdict === 'deny') return decision.reason;
  return askUser(agent, call, { kind: 'call', tool: call.tool, input: call.input });
}

async function updatePlan(agent: Agent, call: OpenCall): Promise<ToolOutcome> {
  const { session, approvals } = agent;
  const input = planInput.safeParse(call.input);
  if (!input.success) return textOutcome(`Not run: ${z.prettifyError(input.error)}`, true);
  const { steps } = input.data;
  session.record({ kind: 'plan', steps });
  if (approvals !== 'plan' || session.conversation.planApproved) return textOutcome('The plan is shown to the user.');
  const objection = await askUser(agent, call, { kind: 'plan', steps });
  return objection
    ? textOutcome(`The plan was not approved: ${objection}`, true)
    : textOutcome('The user approved the plan. Carry it out.');
}

async function askUser(
  { approver, session, signal }: Agent,
  call: OpenCall,
  question: Parameters<Agent['approver']['ask']>[0],
): Promise<string | undefined> {
  let answer: Awaited<ReturnType<Agent['approver']['ask']>>;
  try {
    answer = await approver.ask(question, signal);
  } catch (error) {
    if (signal.aborted) return 'the user interrupted.';
    throw error;
  }
  session.record({ kind: 'approval', subject: call.id, tool: call.tool, ...answer });
  if (answer.allowed) return undefined;
  return answer.reason ? `the user said no: ${answer.reason}` : 'the user said no.';
}
