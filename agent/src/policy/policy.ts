// The policy of one session, as it stands.
import type { GitLabPolicy } from '@cofferdam/mcp-servers/gitlab';
import { alwaysFor } from './always.js';
import type { Layer } from './document.js';
import { effectiveGitLab } from './gitlab-scope.js';
import { effectiveLimits, type Limits } from './limits.js';
import { type ModelChoice, modelChoice } from './model-choice.js';
import { reasonOf, short } from './reason.js';
import { deniedServer, effectiveServers, type ServerVerdicts } from './servers.js';
import { subjectsOf } from './subject.js';
import { type CallFacts, type Decision, type RuleLayer, type RuleSource, type Situation, verdicts } from './types.js';
import { weigh } from './weigh.js';

/** Names that no third-party server may have: rules about them speak of ours. */
const ownServers: readonly string[] = ['cofferdam', 'files', 'git', 'commands', 'gitlab', 'sandbox', 'egress', 'host'];

const strength: readonly RuleLayer[] = ['organisation', 'user', 'repository'];

/** An immutable snapshot. */
export class Policy {
  readonly limits: Limits;
  readonly model: Pick<ModelChoice, 'default'>;
  /** What the user's `gitlab:` widens, as far as the other layers admit it. */
  readonly gitlab: GitLabPolicy;
  readonly servers: ServerVerdicts;
  /** The files, the strongest first. */
  readonly layers: readonly Layer[];
  /** Throws AgentError `usage` for a model that may not be used. */
  readonly checkModel: (name: string) => void;
  /** The policy as its files say it now. Throws AgentError `policy`. */
  readonly reload: () => Promise<Policy>;

  constructor(layers: readonly Layer[], { defaultModel, reload }: { defaultModel: string; reload(): Promise<Policy> }) {
    this.layers = strength.flatMap((wanted) => layers.filter(({ layer }) => layer === wanted));
    this.limits = effectiveLimits(layers);
    const model = modelChoice(this.layers, defaultModel);
    this.model = model;
    this.checkModel = (name) => model.check(name);
    this.gitlab = effectiveGitLab(layers);
    this.servers = effectiveServers(layers);
    this.reload = reload;
  }

  decide(call: CallFacts, situation: Situation): Decision {
    const decision = this.#shadow(call) ?? this.#deniedServer(call) ?? this.#byRules(call, situation);
    return considerOutsideText(considerMode(decision, call, situation), call, situation);
  }

  #byRules(call: CallFacts, { mode }: Situation): Decision {
    const all = subjectsOf(call).map((subject) => weigh(this.layers, believed(call), subject, mode));
    const verdict = verdicts.findLast((one) => all.some((weighed) => weighed.verdict === one)) ?? 'deny';
    const deciding = all.filter((weighed) => weighed.verdict === verdict);
    // Where several decide alike, a line that somebody wrote says more than a default.
    const first = deciding.find(({ decidedBy }) => decidedBy.file !== undefined) ?? deciding[0];
    if (!first) throw new TypeError('a call has at least one part');
    const always = verdict === 'ask' ? alwaysFor(call, deciding) : undefined;
    return {
      verdict,
      reason: reasonOf(first),
      decidedBy: first.decidedBy,
      considered: unique([...deciding, ...all].flatMap(({ considered }) => considered)),
      ...(always && { always }),
    };
  }

  #shadow({ server, ours }: CallFacts): Decision | undefined {
    if (ours || !ownServers.includes(server.toLowerCase().replace(/[.-].*$/s, ''))) return undefined;
    const source: RuleSource = {
      layer: 'default',
      text: "names of Cofferdam's own servers are not lent",
      verdict: 'deny',
    };
    const reason = `A third-party server calls itself ${short(server, 60)}, which is a name of Cofferdam's own.`;
    return { verdict: 'deny', reason, decidedBy: source, considered: [source] };
  }

  #deniedServer({ server, ours }: CallFacts): Decision | undefined {
    const source = ours ? undefined : deniedServer(this.layers, server);
    if (!source) return undefined;
    const reason = `The policy denies the server ${short(server, 60)} (${source.file}:${source.line}).`;
    return { verdict: 'deny', reason, decidedBy: source, considered: [source] };
  }
}

/** A third party's word that its tool only reads counts for nothing. The agent's own tools touch nothing but the session. */
function believed(call: CallFacts): CallFacts {
  if (!call.ours) return { ...call, readOnly: false, outward: true };
  return call.server === 'cofferdam' ? { ...call, readOnly: true, outward: false } : call;
}

function considerMode(decision: Decision, call: CallFacts, { mode, planApproved }: Situation): Decision {
  if (decision.verdict === 'deny' || believed(call).readOnly) return decision;
  if (mode === 'ask') {
    return decided(
      decision,
      { layer: 'mode', text: 'mode ask only reads', verdict: 'deny' },
      'This session only reads (mode ask): do without it, or tell the user to change to the mode build or auto.',
    );
  }
  if (mode === 'plan' && !planApproved) {
    return decided(
      decision,
      { layer: 'mode', text: 'mode plan waits for an approved plan', verdict: 'deny' },
      'No plan is approved yet: call update_plan first with your steps; reading is free meanwhile.',
    );
  }
  return decision;
}

/** Whoever wrote that text may have wanted just this call: so a person looks at it. */
function considerOutsideText(decision: Decision, call: CallFacts, { basedOn }: Situation): Decision {
  const { readOnly, outward } = believed(call);
  if (decision.verdict === 'deny' || basedOn.length === 0 || readOnly || !outward) return decision;
  const names = basedOn.slice(0, 3).map((name) => short(name, 80));
  const more = basedOn.length > 3 ? ` and ${basedOn.length - 3} more` : '';
  const reason = `It acts beyond the sandbox, and the conversation holds text that others may have written: ${names.join(', ')}${more}.`;
  return decided(
    decision,
    {
      layer: 'outside-text',
      text: 'what acts beyond the sandbox asks once the conversation holds text from outside',
      verdict: 'ask',
    },
    reason,
  );
}

/** Replaces whatever decided before; no rule of the user's would change that. */
function decided({ decidedBy: _, always: __, ...decision }: Decision, source: RuleSource, reason: string): Decision {
  return {
    ...decision,
    verdict: source.verdict,
    reason,
    decidedBy: source,
    considered: [source, ...decision.considered],
  };
}

function unique(sources: readonly RuleSource[]): RuleSource[] {
  return [...new Map(sources.toReversed().map((source) => [JSON.stringify(source), source])).values()].reverse();
}
