// One rule: which calls it speaks of, and how surely.
import { type ArgumentPattern, argumentPattern, catchesArguments, coversArguments } from './arguments.js';
import { type CommandPattern, catches, covers, parseCommandPattern } from './commands/index.js';
import { type Glob, parseGlob } from './glob.js';
import { type HostPattern, matchesHost, parseHostPattern } from './hosts.js';
import { catchesPath, coversPath, foldCase, pathArguments } from './paths.js';
import { commandTools, type Subject } from './subject.js';
import type { CallFacts, RuleSource } from './types.js';
import { matchesWildcard, parseWildcard, type Wildcard } from './wildcard.js';

/** A rule's name and what stands after it: `files.edit_file` and `src/**`. */
export interface RuleText {
  name: string;
  detail?: string | Record<string, string>;
}

type Detail =
  | { kind: 'none' }
  | { kind: 'command'; pattern: CommandPattern }
  | { kind: 'path'; glob: Glob; folded: Glob }
  | { kind: 'host'; pattern: HostPattern }
  | { kind: 'arguments'; patterns: readonly ArgumentPattern[] };

export interface Rule {
  /** The server and the tool. */
  name: { server: Wildcard; tool: Wildcard };
  detail: Detail;
  source: RuleSource;
}

/** Throws a RangeError that says what is wrong with the rule. */
export function parseRule(text: RuleText, source: RuleSource): Rule {
  const { name, detail } = text;
  if (name === 'host') {
    if (typeof detail !== 'string') throw new RangeError('host takes the name of a host.');
    return { name: nameOf('egress.connect'), detail: { kind: 'host', pattern: parseHostPattern(detail) }, source };
  }
  if (!/^[^.\s]+\.\S+$|^\*$/.test(name)) {
    throw new RangeError(`${JSON.stringify(name)} is no tool: write SERVER.TOOL, SERVER.* or "*".`);
  }
  return { name: nameOf(name === '*' ? '*.*' : name), detail: parseDetail(name, detail), source };
}

/** One line, as it stands in a file or on a command line. */
export function describeRule({ name, detail }: RuleText): string {
  if (detail === undefined) return name;
  if (typeof detail === 'string') return `${name}: ${detail}`;
  return `${name}: { ${Object.entries(detail)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }`;
}

/** Whether the rule, as an `allow`, allows this part of the call: only what is certain counts. */
export function allows({ name, detail }: Rule, call: CallFacts, subject: Subject): boolean {
  if (!matchesWildcard(name.server, call.server) || !matchesWildcard(name.tool, call.tool)) return false;
  if (detail.kind === 'none') return true;
  if (detail.kind === 'arguments') return coversArguments(detail.patterns, call.input);
  if (detail.kind === 'command') return subject.kind === 'command' && covers(detail.pattern, subject.part);
  if (detail.kind === 'path') return subject.kind === 'path' && coversPath(detail.glob, subject.part);
  return subject.kind === 'host' && matchesHost(detail.pattern, subject.host);
}

/** How surely the rule, as an `ask` or a `deny`, speaks of this part of the call: what may be, counts too. */
export function forbids({ name, detail }: Rule, call: CallFacts, subject: Subject): 'yes' | 'maybe' | 'no' {
  // A command that must not run must not be started in the background either.
  const tools = detail.kind === 'command' && commandTools.includes(call.tool) ? commandTools : [call.tool];
  if (!matchesWildcard(name.server, call.server) || !tools.some((tool) => matchesWildcard(name.tool, tool)))
    return 'no';
  if (detail.kind === 'none') return 'yes';
  if (detail.kind === 'arguments') return catchesArguments(detail.patterns, call.input) ? 'yes' : 'no';
  if (detail.kind === 'command') return subject.kind === 'command' ? catches(detail.pattern, subject.part) : 'no';
  if (detail.kind === 'path') return subject.kind === 'path' ? catchesPath(detail.folded, subject.part) : 'no';
  return subject.kind === 'host' && matchesHost(detail.pattern, subject.host) ? 'yes' : 'no';
}

function nameOf(name: string): Rule['name'] {
  const dot = name.indexOf('.');
  return { server: parseWildcard(name.slice(0, dot)), tool: parseWildcard(name.slice(dot + 1)) };
}

function parseDetail(name: string, detail: RuleText['detail']): Detail {
  if (detail === undefined) return { kind: 'none' };
  if (typeof detail !== 'string') {
    const patterns = Object.entries(detail).map(([key, value]) => argumentPattern(key, value));
    if (patterns.length === 0) throw new RangeError(`${name}: {} names no argument; leave it off.`);
    return { kind: 'arguments', patterns };
  }
  if (detail.trim() === '') throw new RangeError(`${name}: has nothing after the colon.`);
  const among = (tools: readonly string[]) => tools.some((tool) => matchesWildcard(parseWildcard(name), tool));
  if (/^commands\./.test(name) && among(commandTools.map((tool) => `commands.${tool}`))) {
    return { kind: 'command', pattern: parseCommandPattern(detail) };
  }
  if (/^(files|git)\./.test(name) && among(Object.keys(pathArguments))) {
    return { kind: 'path', glob: parseGlob(detail), folded: parseGlob(foldCase(detail)) };
  }
  throw new RangeError(
    `${name} takes neither a command nor a path: name its arguments, as in ${name}: { title: "Draft*" }.`,
  );
}
