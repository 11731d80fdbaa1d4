// What holds where no file says anything.
import { knownCommands } from './known-commands.js';
import { allows, forbids, parseRule, type Rule } from './rule.js';
import type { Subject } from './subject.js';
import type { CallFacts, RuleSource, SessionMode, Verdict } from './types.js';

export interface DefaultRule {
  name: string;
  verdict: Verdict;
  /** Holds in these modes only; without it in all. */
  modes?: readonly SessionMode[];
  speaksOf(call: CallFacts): boolean;
}

const strict: readonly SessionMode[] = ['ask', 'build'];

/** The first that speaks of a call decides. */
export const defaultRules: readonly DefaultRule[] = [
  { name: 'tools of other servers ask', verdict: 'ask', speaksOf: ({ ours }) => !ours },
  { name: 'reading is free', verdict: 'allow', speaksOf: ({ readOnly }) => readOnly },
  { name: 'what reaches beyond the sandbox asks', verdict: 'ask', speaksOf: ({ outward }) => outward },
  {
    name: 'running commands may be stopped',
    verdict: 'allow',
    speaksOf: ({ server, tool }) => server === 'commands' && tool === 'stop_command',
  },
  {
    name: 'commands that are not known to test, check, build or read ask',
    verdict: 'ask',
    modes: strict,
    speaksOf: ({ server }) => server === 'commands',
  },
  { name: 'what stays in the sandbox runs', verdict: 'allow', speaksOf: () => true },
];

let known: Record<'allow' | 'ask', readonly Rule[]> | undefined;

/** Parsed when they are first needed: each start of the agent would wait for it. */
function knownRules(): NonNullable<typeof known> {
  known ??= {
    allow: knownCommands.allow.map((command) => knownRule('allow', command)),
    ask: knownCommands.ask.map((command) => knownRule('ask', command)),
  };
  return known;
}

/** The rule about known commands, where one speaks of the part; else what holds for all calls of its kind. */
export function defaultFor(call: CallFacts, subject: Subject, mode: SessionMode): RuleSource {
  const rule = defaultRules.find(
    ({ modes, speaksOf }) => (modes === undefined || modes.includes(mode)) && speaksOf(call),
  );
  if (!rule) throw new TypeError('the last default speaks of every call');
  const source: RuleSource = { layer: 'default', text: rule.name, verdict: rule.verdict };
  if (!rule.modes || subject.kind !== 'command') return source;
  const known = knownRules();
  const asking = known.ask.find((one) => forbids(one, call, subject) !== 'no');
  const allowing = known.allow.find((one) => allows(one, call, subject));
  return asking?.source ?? allowing?.source ?? source;
}

function knownRule(verdict: Verdict, command: string): Rule {
  const text = `commands.*: ${command}`;
  return parseRule({ name: 'commands.*', detail: command }, { layer: 'default', text, verdict });
}
