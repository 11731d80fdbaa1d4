// The words of a rule, such as `npm run test:* **`.
import { type Command, type Word as ParsedWord, parse } from 'unbash';
import { matchesAll } from '../sequence.js';
import { anyText, matchesWildcard, type Wildcard } from '../wildcard.js';
import type { CommandPart, View } from './part.js';
import { literalValue, type Word } from './word.js';

const anyWords = Symbol('**');
type PatternWord = Wildcard | typeof anyWords;

export interface CommandPattern {
  assignments: readonly Wildcard[];
  words: readonly PatternWord[];
}

/** Throws a RangeError that says what is wrong with the pattern. */
export function parseCommandPattern(text: string): CommandPattern {
  const { commands, errors } = parse(text);
  const [statement, ...more] = commands;
  const command = statement?.command;
  if (errors?.length) throw new RangeError(`${text} is not understood: ${errors[0]?.message}.`);
  if (
    command?.type !== 'Command' ||
    !command.name ||
    statement?.background ||
    more.length > 0 ||
    command.redirects.length > 0
  ) {
    throw new RangeError(
      `${text} is not one plain command: a rule names a program and its arguments, and a line is allowed when each command in it is.`,
    );
  }
  return { assignments: patternAssignments(command, text), words: patternWords(command, text) };
}

/** Whether the pattern allows the part: only where it is certain that the words are these. */
export function covers(pattern: CommandPattern, { views }: CommandPart): boolean {
  return views.some((view) => view.covers && sameAssignments(pattern, view) && certainly(pattern, view.words));
}

/** How surely a part runs what the pattern forbids or asks for, whichever way it is written. */
export function catches(pattern: CommandPattern, { views, doubt }: CommandPart): 'yes' | 'maybe' | 'no' {
  const seen = views.flatMap((view) => (includesAssignments(pattern, view) ? spellings(view.words) : []));
  if (seen.some((words) => certainly(pattern, words))) return 'yes';
  return doubt?.hides || seen.some((words) => possibly(pattern, words)) ? 'maybe' : 'no';
}

const elements = {
  isMany: (element: PatternWord) => element === anyWords,
  fits: (element: PatternWord, { value }: Word) =>
    element !== anyWords && value !== undefined && matchesWildcard(element, value),
};

function certainly({ words: pattern }: CommandPattern, words: readonly Word[]): boolean {
  return !isOtherProgram(pattern, words) && matchesAll<PatternWord, Word>(pattern, words, elements);
}

/** Most patterns speak of another program, and need no closer look. */
function isOtherProgram([pattern]: readonly PatternWord[], [program]: readonly Word[]): boolean {
  return (
    program?.value !== undefined &&
    pattern !== undefined &&
    pattern !== anyWords &&
    !matchesWildcard(pattern, program.value)
  );
}

function possibly({ words: pattern }: CommandPattern, words: readonly Word[]): boolean {
  return (
    !isOtherProgram(pattern, words) &&
    matchesAll<PatternWord, Word>(pattern, words, { ...elements, isAnything: ({ value }) => value === undefined })
  );
}

/** `/usr/bin/curl x` is also `curl x`. */
function spellings(words: readonly Word[]): (readonly Word[])[] {
  const [program, ...rest] = words;
  const name = program?.value?.match(/\/([^/]+)$/)?.[1];
  return name === undefined ? [words] : [words, [{ source: name, value: name }, ...rest]];
}

function sameAssignments(pattern: CommandPattern, view: View): boolean {
  const named = ({ value }: Word) =>
    pattern.assignments.some((one) => value !== undefined && matchesWildcard(one, value));
  return view.assignments.every(named) && includesAssignments(pattern, view);
}

function includesAssignments({ assignments }: CommandPattern, view: View): boolean {
  return assignments.every((pattern) =>
    view.assignments.some(({ value }) => value !== undefined && matchesWildcard(pattern, value)),
  );
}

function patternAssignments({ prefix }: Command, text: string): Wildcard[] {
  return prefix.flatMap((one) => {
    if (one.type !== 'Assignment') return [];
    if (one.index || one.append || one.value.type !== 'Word')
      throw new RangeError(`${one.text} in ${text} is no plain NAME=value.`);
    const [first = '', ...rest] = wildcardOf(one.value, text);
    return [typeof first === 'string' ? [`${one.name}=${first}`, ...rest] : [`${one.name}=`, first, ...rest]];
  });
}

function patternWords({ name, args }: Command, text: string): PatternWord[] {
  return [...(name ? [name] : []), ...args].map((word) => {
    if (word.type === 'Assignment') {
      if (word.value.type !== 'Word' || word.index || word.append)
        throw new RangeError(`${word.text} in ${text} is no plain word.`);
      return [`${word.name}=`, ...wildcardOf(word.value, text)];
    }
    return word.text === '**' ? anyWords : wildcardOf(word, text);
  });
}

function wildcardOf(word: ParsedWord, text: string): Wildcard {
  const pieces = (word.parts ?? []).map((part) => {
    if (part.type === 'Glob' && part.kind === 'star') return anyText;
    const value = literalValue({ ...word, text: part.text, value: 'value' in part ? part.value : '', parts: [part] });
    if (value === undefined)
      throw new RangeError(
        `${part.text} in ${text} is not understood: only * and ** stand for other words; put quotes around the rest.`,
      );
    return part.type === 'DoubleQuoted' || part.type === 'LocaleString'
      ? part.parts.map((one) => ('value' in one ? one.value : '')).join('')
      : value;
  });
  if (pieces.length > 0) return merge(pieces);
  if (literalValue(word) === undefined)
    throw new RangeError(`${word.text} in ${text} is not understood: put quotes around it.`);
  return [word.value];
}

/** Pieces of text beside each other as one. */
function merge(pieces: Wildcard): Wildcard {
  const merged: (string | typeof anyText)[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (typeof last === 'string' && typeof piece === 'string') merged[merged.length - 1] = last + piece;
    else merged.push(piece);
  }
  return merged;
}
