// What a user can choose in a session, as an editor offers it.
import type { SessionConfigOption, SessionModeState } from '@agentclientprotocol/sdk';
import type { AgentSession } from '../agent/index.js';
import { type SessionMode as ModeId, sessionModes } from '../policy/index.js';
import type { ApplyChoice } from './extension.js';

const modes: Record<ModeId, { name: string; description: string }> = {
  ask: { name: 'Ask', description: 'Reads and answers; changes nothing.' },
  plan: { name: 'Plan', description: 'Writes a plan and carries it out once you approved it.' },
  build: { name: 'Build', description: 'Works at once; commands that are not known to be harmless ask.' },
  auto: { name: 'Auto', description: 'Works on its own in the sandbox; your policy decides.' },
};

const applying: Record<ApplyChoice, { name: string; description: string }> = {
  ask: { name: 'Ask', description: 'Show the changes after each turn and ask whether to apply them.' },
  always: { name: 'Always', description: 'Apply the changes to your files after each turn.' },
  never: { name: 'Never', description: 'Leave them in the sandbox until you say /apply.' },
};

export function modeState(current: ModeId): SessionModeState {
  return { currentModeId: current, availableModes: sessionModes.map((id) => ({ id, ...modes[id] })) };
}

/** Modes stand here too: a client that takes these options shows no other. */
export function configOptions(agent: AgentSession, apply: ApplyChoice): SessionConfigOption[] {
  const { mode } = agent.session.conversation;
  return [
    select(
      'mode',
      'Mode',
      'mode',
      mode,
      sessionModes.map((value) => ({ value, ...modes[value] })),
    ),
    select(
      'model',
      'Model',
      'model',
      agent.modelName,
      modelNames(agent).map((value) => ({ value, name: value })),
    ),
    select(
      'apply',
      'Changes',
      undefined,
      apply,
      Object.entries(applying).map(([value, words]) => ({ value, ...words })),
    ),
  ];
}

/** The one in use and the policy's own; any other that the policy allows can be set as well. */
function modelNames({ modelName, policy }: AgentSession): string[] {
  return [...new Set([modelName, policy.model.default])];
}

function select(
  id: string,
  name: string,
  category: string | undefined,
  currentValue: string,
  options: { value: string; name: string; description?: string }[],
): SessionConfigOption {
  return { type: 'select', id, name, ...(category !== undefined && { category }), currentValue, options };
}
