// Carries out what the model called for. Every call gets a result, whatever happens.
import type { BoundOutcome } from '../context/index.js';
import { type ToolInfo, type ToolOutcome, textOutcome } from '../mcp/index.js';
import type { Decision } from '../policy/index.js';
import type { OpenCall, Session, SessionEvent } from '../session/index.js';
import type { Agent } from './agent.js';
import { askUser } from './ask-user.js';
import { planName } from './plan.js';

const interruption = 'the user interrupted.';

export interface CallRecord {
  call: OpenCall;
  outcome: ToolOutcome;
}

/** All at once when none of them changes anything, else one after the other. In the order of the calls. */
export async function executeCalls(agent: Agent): Promise<CallRecord[]> {
  const calls = agent.session.conversation.openCalls;
  const independent = calls.every((call) => call.tool !== planName && findTool(agent, call.tool)?.readOnly);
  if (independent) return execute(agent, calls);
  const records: CallRecord[] = [];
  for (const call of calls) records.push(...(await execute(agent, [call])));
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

/** How a call is to be carried out. */
interface Prepared {
  call: OpenCall;
  /** Says that the tool may have acted from here on; not where no tool is asked. */
  start?: Extract<SessionEvent, { kind: 'tool-start' }>;
  run(): Promise<ToolOutcome>;
}

/** The disk is waited for once before the calls and once after them, not for each call: a sync may take milliseconds. */
async function execute(agent: Agent, calls: readonly OpenCall[]): Promise<CallRecord[]> {
  const { session, signal } = agent;
  const prepared = await allOf(calls.map((call) => prepare(agent, call)));
  const starts = prepared.flatMap(({ start }) => start ?? []);
  if (starts.length > 0) await agent.ready();
  if (!signal.aborted) session.recordAll(starts);
  const executed = await allOf(prepared.map((one) => carryOut(agent, one)));
  // In the order of the calls, however fast each was: the same run makes the same requests.
  session.recordAll(executed.map(resultOf));
  return executed;
}

async function prepare(agent: Agent, call: OpenCall): Promise<Prepared> {
  const { toolbox, own, session, signal, show } = agent;
  const not = (why: string): Prepared => ({ call, run: async () => textOutcome(`Not run: ${why}`, true) });
  if (signal.aborted) return not(interruption);
  const tool = findTool(agent, call.tool);
  if (!tool) return { call, run: async () => unknownTool(agent, call.tool) };
  if (call.problem) return not(call.problem);
  const ownTool = own.find(({ info }) => info === tool);
  if (ownTool) return { call, run: () => runOwn(ownTool.run(call, signal), signal) };

  const decision = decide(agent, tool, call);
  const objection = await objectionTo(agent, tool, call, decision);
  if (objection) return not(objection);
  const step = session.conversation.currentStep;
  return {
    call,
    start: {
      kind: 'tool-start',
      id: call.id,
      tool: call.tool,
      readOnly: tool.readOnly,
      input: call.input,
      ...(step !== undefined && { step }),
      decision: { verdict: decision.verdict, by: describeSource(decision) },
    },
    run: () =>
      toolbox.call(call.tool, call.input, {
        id: call.id,
        signal,
        onOutput: (text) => show({ kind: 'tool-output', id: call.id, text }),
      }),
  };
}

interface Executed extends CallRecord {
  outcome: BoundOutcome;
  durationMs: number;
}

async function carryOut({ context, signal }: Agent, { call, start, run }: Prepared): Promise<Executed> {
  const before = performance.now();
  const found = start && signal.aborted ? textOutcome(`Not run: ${interruption}`, true) : await run();
  const outcome = await context.bound(call, found);
  return { call, outcome, durationMs: Math.round(performance.now() - before) };
}

function resultOf({ call, outcome, durationMs }: Executed) {
  const { content, isError, source } = outcome;
  const result = { content, isError, ...(source !== undefined && { source }), durationMs };
  return { kind: 'tool-result', id: call.id, tool: call.tool, ...result } as const;
}

/** Waits for all also where one fails: what goes on still writes into the session. */
async function allOf<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  const settled = await Promise.allSettled(work);
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

async function runOwn(running: Promise<ToolOutcome>, signal: AbortSignal): Promise<ToolOutcome> {
  return running.catch((error: unknown) => {
    if (signal.aborted) return textOutcome(`Not run: ${interruption}`, true);
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
