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
  const of = (wanted: Layer['layer']) =>
    layers.filter(({ layer }) => layer === wanted).flatMap(({ rules }) => matchesIn(rules, call, subject));
  const [standard] = defaultFor(call, subject, mode).map((source) => ({ verdict: source.verdict, source }));
  if (!standard) throw new TypeError('there is a default for every call');
  const repository = strongest(of('repository'));
  const user = strongest(of('user').filter(({ source }) => source.note === undefined));
  const userDoubt = strongest(of('user').filter(({ source }) => source.note !== undefined));
  const organisation = strongest(of('organisation'));

  let decisive = narrow(standard, repository);
  if (user) decisive = user;
  decisive = narrow(narrow(decisive, userDoubt), organisation);

  const weak = (match: Match): RuleSource =>
    match.verdict === 'allow' && match !== decisive
      ? {
          ...match.source,
          note: `not believed: the ${match.source.layer === 'repository' ? 'repository' : 'organisation'} may only narrow`,
        }
      : match.source;
  const considered = [
    ...of('organisation').map(weak),
    ...of('user').map(({ source }) => source),
    ...of('repository').map(weak),
    standard.source,
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

function strongest([first]: readonly Match[]): Match | undefined {
  return first;
}
