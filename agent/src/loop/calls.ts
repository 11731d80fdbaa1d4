// Carries out what the model called for. Every call gets a result, whatever happens.
import { type ToolInfo, type ToolOutcome, textOutcome } from '../mcp/index.js';
import type { Decision } from '../policy/index.js';
import type { OpenCall, Session } from '../session/index.js';
import type { Agent } from './agent.js';
import { askUser } from './ask-user.js';
import { planName } from './plan.js';

export interface CallRecord {
  call: OpenCall;
  outcome: ToolOutcome;
}

/** All at once when none of them changes anything, else one after the other. In the order of the calls. */
export async function executeCalls(agent: Agent): Promise<CallRecord[]> {
  const calls = agent.session.conversation.openCalls;
  const independent = calls.every((call) => call.tool !== planName && findTool(agent, call.tool)?.readOnly);
  if (independent) {
    const executed = await Promise.allSettled(calls.map((call) => execute(agent, call)));
    // In the order of the calls, however fast each was: the same run makes the same requests.
    return executed.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value();
    });
  }
  const records: CallRecord[] = [];
  for (const call of calls) records.push((await execute(agent, call))());
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

/** Resolves to what records the result. */
async function execute(agent: Agent, call: OpenCall): Promise<() => CallRecord> {
  const start = performance.now();
  const outcome = await agent.context.bound(call, await outcomeOf(agent, call));
  const durationMs = Math.round(performance.now() - start);
  return () => {
    const { content, isError, source } = outcome;
    const result = { content, isError, ...(source !== undefined && { source }), durationMs };
    agent.session.record({ kind: 'tool-result', id: call.id, tool: call.tool, ...result });
    return { call, outcome };
  };
}

async function outcomeOf(agent: Agent, call: OpenCall): Promise<ToolOutcome> {
  const { toolbox, own, session, signal, show } = agent;
  if (signal.aborted) return textOutcome('Not run: the user interrupted.', true);
  const tool = findTool(agent, call.tool);
  if (!tool) return unknownTool(agent, call.tool);
  if (call.problem) return textOutcome(`Not run: ${call.problem}`, true);
  const ownTool = own.find(({ info }) => info === tool);
  if (ownTool) return runOwn(ownTool.run(call, signal), signal);

  const decision = decide(agent, tool, call);
  const objection = await objectionTo(agent, tool, call, decision);
  if (objection) return textOutcome(`Not run: ${objection}`, true);
  await agent.ready();
  if (signal.aborted) return textOutcome('Not run: the user interrupted.', true);
  const step = session.conversation.currentStep;
  session.record({
    kind: 'tool-start',
    id: call.id,
    tool: call.tool,
    readOnly: tool.readOnly,
    input: call.input,
    ...(step !== undefined && { step }),
    decision: { verdict: decision.verdict, by: describeSource(decision) },
  });
  return toolbox.call(call.tool, call.input, {
    id: call.id,
    signal,
    onOutput: (text) => show({ kind: 'tool-output', id: call.id, text }),
  });
}

async function runOwn(running: Promise<ToolOutcome>, signal: AbortSignal): Promise<ToolOutcome> {
  return running.catch((error: unknown) => {
    if (signal.aborted) return textOutcome('Not run: the user interrupted.', true);
    throw error;
  });
}

function findTool({ toolbox, own }: Agent, name: string): ToolInfo | undefined {
  return own.find(({ info }) => info.name === name)?.info ?? toolbox.tools.find((tool) => tool.name === name);
}

function unknownTool({ toolbox, own }: Agent, name: string): ToolOutcome {
  const known = [...toolbox.tools, ...own.map(({ info }) => info)].map((tool) => tool.name).join(', ');
  return textOutcome(`There is no tool ${JSON.stringify(name.slice(0, 200))}. The tools are: ${known}.`, true);
}

function decide(agent: Agent, { server, tool, readOnly, outward, ours }: ToolInfo, { input }: OpenCall): Decision {
  const { mode, planApproved, sources } = agent.session.conversation;
  const basedOn = [...[...sources].reverse(), ...agent.context.outside];
  return agent.policy().decide({ server, tool, input, readOnly, outward, ours }, { mode, planApproved, basedOn });
}

/** Why the call may not be made, undefined when it may. */
async function objectionTo(
  agent: Agent,
  tool: ToolInfo,
  call: OpenCall,
  decision: Decision,
): Promise<string | undefined> {
  if (decision.verdict === 'allow') return undefined;
  if (decision.verdict === 'deny') return decision.reason;
  const title = tool.title ?? tool.name;
  const question = { kind: 'call', id: call.id, tool: call.tool, title, input: call.input, decision } as const;
  const verdict = await askUser(agent, call, question);
  return verdict.allowed ? undefined : verdict.objection;
}

/** `user policy.yaml:12: commands.run_command: npm test` */
function describeSource({ decidedBy: { layer, file, line, text } }: Decision): string {
  return [layer, file && `${file}:${line}`, text].filter(Boolean).join(': ');
}
