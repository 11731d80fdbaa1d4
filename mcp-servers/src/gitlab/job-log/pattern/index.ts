// What to look for in a log. Fixed text by default. Regular expressions run on an automaton of our own: JavaScript's
// engine backtracks, so that one pattern and one hostile line of a log could keep it busy for years; here each character of
// a line is looked at once.

import { Automaton } from './automaton.js';
import { compile } from './compile.js';
import { parsePattern } from './syntax.js';

export { UnsupportedPattern } from './syntax.js';

export interface Pattern {
  pattern: string;
  /** Default: fixed text. */
  regex?: boolean;
  /** Default: false. */
  ignoreCase?: boolean;
}

/** Finds the pattern in a line: where its first match ends, or -1. */
export type Matcher = (line: string) => number;

/** Throws `UnsupportedPattern`. */
export function matcherFor({ pattern, regex = false, ignoreCase = false }: Pattern): Matcher {
  if (regex) {
    const automaton = new Automaton(compile(parsePattern(pattern, ignoreCase)));
    return (line) => automaton.search(line);
  }
  if (ignoreCase) {
    const lower = pattern.toLowerCase();
    return (line) => end(line.toLowerCase().indexOf(lower), lower);
  }
  return (line) => end(line.indexOf(pattern), pattern);
}

function end(at: number, pattern: string): number {
  return at < 0 ? -1 : at + pattern.length;
}
