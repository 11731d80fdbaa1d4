// What a session has cost, and where it stands.
import type { UsageUpdate } from '@agentclientprotocol/sdk';
import type { AgentSession, Workbench } from '../agent/index.js';
import { contextWindow } from '../model/index.js';
import type { ApplyChoice, Status } from './extension.js';

/** Tokens, where nothing is known of the model. */
const usualWindow = 200_000;

export function usageOf({ session, modelName }: AgentSession): UsageUpdate {
  const { context, cost } = session.totals;
  return {
    used: context,
    size: contextWindow(modelName) ?? usualWindow,
    cost: cost === null ? null : { amount: cost, currency: 'USD' },
  };
}

export interface Standing {
  agent: AgentSession;
  apply: ApplyChoice;
  /** Undefined until the sandbox is open. */
  workbench: Workbench | undefined;
}

export function statusOf({ agent, apply, workbench }: Standing): Status {
  const { conversation, totals, facts } = agent.session;
  const { used, size } = usageOf(agent);
  const { input, output, cacheRead, cacheWrite, turns, hitRate, cost } = totals;
  return {
    workspace: facts.start?.workspace ?? '',
    mode: conversation.mode,
    model: agent.modelName,
    apply,
    running: agent.isRunning,
    prompt: conversation.prompt,
    plan: [...conversation.plan],
    planApproved: conversation.planApproved,
    sandbox: facts.sandbox ?? null,
    servers: serversOf(workbench),
    usage: { input, output, cacheRead, cacheWrite },
    turns,
    hitRate,
    cost,
    context: { used, size },
  };
}

function serversOf(workbench: Workbench | undefined): Status['servers'] {
  const counts = new Map<string, number>();
  for (const { server } of workbench?.toolbox.tools ?? []) counts.set(server, (counts.get(server) ?? 0) + 1);
  return [...counts].map(([name, tools]) => ({ name, tools }));
}

/** `12.3k tokens in (90% from the cache), 1.2k out, $0.04, 7 turns` */
export function costText({ usage, hitRate, cost, turns }: Status): string {
  const read = usage.input + usage.cacheRead + usage.cacheWrite;
  const price = cost === null ? 'price unknown' : `$${cost.toFixed(cost < 1 ? 4 : 2)}`;
  const share = `${Math.round(hitRate * 100)}% from the cache`;
  return `${count(read)} tokens in (${share}), ${count(usage.output)} out, ${price}, ${turns} turns`;
}

export function statusText(status: Status): string {
  const { mode, model, apply, workspace, sandbox, servers, context, plan, prompt } = status;
  const done = plan.filter(({ status }) => status === 'done').length;
  return [
    `- Workspace: ${workspace}`,
    `- Sandbox: ${sandbox ?? 'not open yet'}`,
    `- Mode: ${mode}, model: ${model}, changes: ${apply}`,
    `- Prompts: ${prompt}${plan.length > 0 ? `, plan: ${done} of ${plan.length} steps done` : ''}`,
    `- Context: ${count(context.used)} of ${count(context.size)} tokens`,
    `- Used: ${costText(status)}`,
    `- Servers: ${servers.map(({ name, tools }) => `${name} (${tools})`).join(', ') || 'none yet'}`,
  ].join('\n');
}

function count(tokens: number): string {
  return tokens < 1_000
    ? String(tokens)
    : tokens < 1_000_000
      ? `${(tokens / 1_000).toFixed(1)}k`
      : `${(tokens / 1_000_000).toFixed(1)}M`;
}
