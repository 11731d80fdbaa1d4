// What the layers of files make of one part of a call.
import { defaultFor } from './defaults.js';
import type { Layer } from './document.js';
import { allows, forbids, type Rule } from './rule.js';
import type { Subject } from './subject.js';
import { type CallFacts, type RuleSource, type SessionMode, strictest, type Verdict } from './types.js';

export interface Weighed {
  subject: Subject;
  verdict: Verdict;
  decidedBy: RuleSource;
  /** Strongest first. */
  considered: RuleSource[];
}

interface Match {
  verdict: Verdict;
  source: RuleSource;
}

/**
 * The default; the repository may narrow it; the user's own rules take the place of both; the organisation may narrow
 * the result. Within a file deny goes before ask, and ask before allow. `layers`: strongest first.
 */
export function weigh(layers: readonly Layer[], call: CallFacts, subject: Subject, mode: SessionMode): Weighed {
  const matchesOf = (wanted: Layer['layer']) => {
    const rules = layers.filter(({ layer }) => layer === wanted).flatMap((layer) => layer.rules);
    return matchesIn(rules, call, subject);
  };
  const [repository, user, organisation] = [matchesOf('repository'), matchesOf('user'), matchesOf('organisation')];
  const source = defaultFor(call, subject, mode);
  // What only may be meant does not take the place of what others say for certain.
  const isDoubt = ({ source: { note } }: Match) => note !== undefined;

  let decisive: Match = narrow({ verdict: source.verdict, source }, repository[0]);
  decisive = user.find((match) => !isDoubt(match)) ?? decisive;
  decisive = narrow(decisive, user.find(isDoubt));
  decisive = narrow(decisive, organisation[0]);

  const unbelieved = (match: Match): RuleSource =>
    match.verdict === 'allow'
      ? { ...match.source, note: `not believed: the ${match.source.layer} may only narrow` }
      : match.source;
  const considered = [
    ...organisation.map(unbelieved),
    ...user.map((match) => match.source),
    ...repository.map(unbelieved),
    source,
  ];
  return { subject, verdict: decisive.verdict, decidedBy: decisive.source, considered };
}

function narrow(before: Match, layer: Match | undefined): Match {
  return layer && layer.verdict !== before.verdict && strictest(layer.verdict, before.verdict) === layer.verdict
    ? layer
    : before;
}

/** In the order in which they count. */
function matchesIn(rules: readonly Rule[], call: CallFacts, subject: Subject): Match[] {
  const matches = rules.flatMap((rule): Match[] => {
    const { source } = rule;
    if (source.verdict === 'allow') return allows(rule, call, subject) ? [{ verdict: 'allow', source }] : [];
    const found = forbids(rule, call, subject);
    if (found === 'no') return [];
    if (found === 'yes') return [{ verdict: source.verdict, source }];
    return [{ verdict: 'ask', source: { ...source, note: 'cannot be ruled out' } }];
  });
  return (['deny', 'ask', 'allow'] as const).flatMap((verdict) => matches.filter((match) => match.verdict === verdict));
}
