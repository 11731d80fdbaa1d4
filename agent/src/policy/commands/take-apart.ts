// From a command line to the commands in it.
import { type Command, forEachChild, type ParsedScript, parse, type SyntaxNode } from 'unbash';
import { doubtOf } from './doubts.js';
import { launchOf } from './launchers.js';
import type { CommandPart, View } from './part.js';
import { assignmentValue, toWord, type Word } from './word.js';

/** Characters; what is longer is a file's content and not a command. */
const maxLength = 32_768;
/** Commands of a line, those included that others may start: each is compared with each rule. */
const maxCommands = 400;
/** Scripts within scripts. */
const maxDepth = 6;
/** Levels of the parsed tree, some four for each substitution in another one. */
const maxNesting = 200;

/** What stands around a script. */
interface Frame {
  outer: readonly View[];
  covers: boolean;
  depth: number;
  /** The working folder is not known to lie in the workspace. */
  moved: boolean;
}

/** `moved`: the line starts in a folder that is not known to lie in the workspace. Never empty. */
export function takeApart(line: string, { moved = false } = {}): CommandPart[] {
  const parts = partsOfScript(line, { outer: [], covers: true, depth: 0, moved });
  if (parts.length === 0) return [{ views: [], doubt: { why: 'it holds no command', hides: false } }];
  const many = parts.reduce((sum, { views }) => sum + Math.max(1, views.length), 0) > maxCommands;
  return many ? [{ views: [], doubt: { why: `it holds more than ${maxCommands} commands`, hides: true } }] : parts;
}

function partsOfScript(script: string, frame: Frame): CommandPart[] {
  const doubted = (why: string): CommandPart[] => [{ views: frame.outer, doubt: { why, hides: true } }];
  if (script.length > maxLength) return doubted(`it is longer than ${maxLength} characters`);
  if (frame.depth > maxDepth) return doubted('it runs scripts within scripts within scripts');
  // Bash takes these for parts of words, and people for spaces or for nothing.
  if (/[^\P{C}\n\t]|[^\P{Z} ]/u.test(script)) return doubted('it holds characters that do not show');
  const parsed = parse(script);
  return partsOf(parsed, { ...frame, moved: frame.moved || changesFolder(parsed) });
}

function changesFolder(script: ParsedScript): boolean {
  let found = false;
  visitAll(script, (node) => {
    if (node.type === 'Word' && /^(cd|pushd|popd)$/.test(node.value)) found = true;
  });
  return found;
}

/** False where it is nested too deeply to see all of it. */
function visitAll(node: SyntaxNode, see: (node: SyntaxNode) => void, level = 0): boolean {
  if (level > maxNesting) return false;
  see(node);
  let whole = true;
  forEachChild(node, (child) => {
    if (!visitAll(child, see, level + 1)) whole = false;
  });
  return whole;
}

function partsOf(script: ParsedScript, frame: Frame): CommandPart[] {
  const parts: CommandPart[] = [];
  const whole = visitAll(script, (node) => {
    const doubt = doubtOf(node, frame.moved);
    if (doubt) parts.push({ views: frame.outer, doubt });
    if (node.type === 'Command') parts.push(...partsOfCommand(node, frame));
  });
  if (!whole) parts.push({ views: frame.outer, doubt: { why: 'it is nested too deeply', hides: true } });
  return parts;
}

function partsOfCommand({ name, prefix, args }: Command, frame: Frame): CommandPart[] {
  const assignments = prefix.flatMap((one) =>
    one.type === 'Assignment' ? [{ source: one.text, value: assignmentValue(one) }] : [],
  );
  if (name) return partsOfWords([toWord(name), ...args.map(toWord)], assignments, frame);
  const [first] = assignments;
  return first ? [{ views: frame.outer, doubt: { why: `it sets ${first.source}`, hides: false } }] : [];
}

function partsOfWords(words: readonly Word[], assignments: readonly Word[], frame: Frame): CommandPart[] {
  const views = [...frame.outer, { words, assignments, covers: frame.covers }];
  const hide = (why: string): CommandPart[] => [{ views }, { views, doubt: { why, hides: true } }];
  const subscript = [...assignments, ...words].find(({ value }) => value !== undefined && /\[.*(\$\(|`)/s.test(value));
  if (subscript) return hide(`${subscript.source} can be run as a command where a number is wanted`);
  if (words[0]?.value === undefined) return hide(`it runs ${words[0]?.source}, which is known only then`);
  const launch = launchOf(words);
  if (!launch) return [{ views }];
  if (views.length > maxDepth) return hide('it runs programs within programs within programs');
  // What is set for a launcher is set for what it starts, so words alone do not cover that.
  const covers = frame.covers && assignments.length === 0;
  const inner = { ...frame, outer: views, depth: frame.depth + 1 };
  if (launch.kind === 'words') return partsOfWords(launch.words, [], { ...inner, covers });
  if (launch.kind === 'script') {
    const parts = partsOfScript(launch.script, { ...inner, covers: covers && launch.covers });
    return parts.length > 0 ? parts : [{ views }];
  }
  return perhaps(views, launch.commands, [
    ...launch.scripts.flatMap((script) => partsOfScript(script, { ...inner, outer: [], covers: false })),
    ...(launch.hides === undefined ? [] : [{ views: [], doubt: { why: launch.hides, hides: true } }]),
  ]);
}

/** One part, with all that it may run as further views. */
function perhaps(
  views: readonly View[],
  commands: readonly (readonly Word[])[],
  inner: readonly CommandPart[],
): CommandPart[] {
  const further = commands.map((words) => ({ words, assignments: [], covers: false }));
  const hiding = inner.flatMap(({ doubt }) => (doubt?.hides ? [{ views, doubt }] : []));
  return [{ views: [...views, ...further, ...inner.flatMap((part) => part.views)] }, ...hiding];
}
