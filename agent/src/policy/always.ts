// The rules that an answer of "always" writes.
import { posix } from 'node:path';
import { quoteWords, type View } from './commands/index.js';
import { escapeGlob } from './glob.js';
import { isHost } from './hosts.js';
import type { PathPart } from './paths.js';
import type { CallFacts, Decision, RuleSource } from './types.js';
import type { Weighed } from './weigh.js';

const maxLength = 500;

/** Undefined where no rule of the user's would help, or none could be read: what is not understood is not allowed for good. */
export function alwaysFor(call: CallFacts, asking: readonly Weighed[]): Decision['always'] {
  // The user's own `ask` goes before an `allow`, and nothing of the user's goes before the organisation.
  const isFinal = ({ layer, verdict }: RuleSource) =>
    (layer === 'user' || layer === 'organisation') && verdict !== 'allow';
  if (asking.some(({ considered }) => considered.some(isFinal))) return undefined;
  const rules = asking.map((weighed) => ruleFor(call, weighed));
  const [first] = rules;
  const same = rules.every((rule) => rule?.allow === first?.allow);
  return same && first && first.allow.length <= maxLength ? first : undefined;
}

function ruleFor({ server, tool }: CallFacts, { subject }: Weighed): Decision['always'] {
  const name = `${server}.${tool}`;
  const both = (rule: string) => ({ allow: rule, deny: rule });
  if (subject.kind === 'whole') return both(name);
  if (subject.kind === 'host') return isHost(subject.host) ? both(`host: ${subject.host}`) : undefined;
  if (subject.kind === 'path') return pathRule(name, subject.part);
  if (subject.part.doubt) return undefined;
  const line = wordsOf(subject.part.views.findLast(({ covers }) => covers));
  return line === undefined ? undefined : both(`${name}: ${line}`);
}

function pathRule(name: string, { path }: PathPart): Decision['always'] {
  if (path === undefined || path === '.') return undefined;
  const folder = posix.dirname(path);
  const exact = `${name}: ${escapeGlob(path)}`;
  return { allow: folder === '.' ? exact : `${name}: ${escapeGlob(folder)}/**`, deny: exact };
}

/** These words and no others, in quotes where needed. */
function wordsOf(view: View | undefined): string | undefined {
  if (!view) return undefined;
  const words = view.words.flatMap(({ value }) => value ?? []);
  const assignments = view.assignments.flatMap(({ value }) => value ?? []);
  if (words.length < view.words.length || assignments.length < view.assignments.length) return undefined;
  const set = assignments.map((one) => {
    const at = one.indexOf('=') + 1;
    return `${one.slice(0, at)}${at === one.length ? '' : quoteWords(['', one.slice(at)]).slice(3)}`;
  });
  return [...set, quoteWords(words)].join(' ');
}
