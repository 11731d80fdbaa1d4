// The syntax of regular expressions without what needs backtracking (backreferences) or looking around.
import { ToolError } from '../../../kit/index.js';

export type Test = (code: number) => boolean;

/** What lies on one side of a place between characters. */
export type Side = 'edge' | 'word' | 'other';

export type Node =
  | { type: 'character'; test: Test }
  | { type: 'sequence'; nodes: Node[] }
  | { type: 'choice'; nodes: Node[] }
  | { type: 'repeat'; node: Node; least: number; most: number }
  | { type: 'assertion'; holds: (before: Side, after: Side) => boolean };

export class UnsupportedPattern extends ToolError {
  constructor(message: string) {
    super('bad-pattern', message, 'Simplify the pattern, or search for fixed text.');
  }
}

const maxLength = 500;
const maxDepth = 30;
const maxCount = 200;

const digit: Test = (code) => code >= 48 && code <= 57;
export const isWord: Test = (code) =>
  digit(code) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
const isSpace: Test = (code) => /\s/.test(String.fromCharCode(code));
const not =
  (test: Test): Test =>
  (code) =>
    !test(code);

const classes: Record<string, Test> = {
  d: digit,
  D: not(digit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};
const controls: Record<string, string> = { t: '\t', f: '\f', v: '\v', r: '\r', n: '\n' };

const atBoundary = (before: Side, after: Side) => (before === 'word') !== (after === 'word');
const assertions: Record<string, Node> = {
  '^': { type: 'assertion', holds: (before) => before === 'edge' },
  $: { type: 'assertion', holds: (_, after) => after === 'edge' },
  '\\b': { type: 'assertion', holds: atBoundary },
  '\\B': { type: 'assertion', holds: (before, after) => !atBoundary(before, after) },
};

export function parsePattern(pattern: string, ignoreCase: boolean): Node {
  if (pattern.length > maxLength) throw new UnsupportedPattern(`The pattern is longer than ${maxLength} characters.`);
  const inline = pattern.startsWith('(?i)');
  return new Parser(inline ? pattern.slice(4) : pattern, ignoreCase || inline).parse();
}

class Parser {
  readonly #text: string;
  readonly #ignoreCase: boolean;
  #at = 0;
  #depth = 0;

  constructor(text: string, ignoreCase: boolean) {
    this.#text = text;
    this.#ignoreCase = ignoreCase;
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#at < this.#text.length) throw new UnsupportedPattern('The pattern has a ")" without "(".');
    return node;
  }

  #choice(): Node {
    const nodes = [this.#sequence()];
    while (this.#skip('|')) nodes.push(this.#sequence());
    return { type: 'choice', nodes };
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    while (this.#at < this.#text.length && !/[|)]/.test(this.#peek())) nodes.push(this.#repeated());
    return { type: 'sequence', nodes };
  }

  #repeated(): Node {
    let node = this.#single();
    for (;;) {
      const count = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(this.#text.slice(this.#at, this.#at + 20));
      if (!count) return node;
      this.#at += count[0].length;
      node = { type: 'repeat', node, ...countsOf(count) };
    }
  }

  #single(): Node {
    const character = this.#next();
    if (character === '(') return this.#group();
    if (character === '[') return { type: 'character', test: this.#set() };
    if (character === '.') return { type: 'character', test: () => true };
    if (/[*+?]/.test(character)) throw new UnsupportedPattern(`Nothing stands before "${character}" in the pattern.`);
    const escaped = character === '\\' ? character + this.#next() : character;
    return assertions[escaped] ?? { type: 'character', test: this.#folded(this.#test(escaped)) };
  }

  #group(): Node {
    if (this.#peek() === '?' && !this.#skip('?:')) {
      throw new UnsupportedPattern('Of groups that begin with "(?", only "(?:" and a leading "(?i)" are supported.');
    }
    if (++this.#depth > maxDepth) throw new UnsupportedPattern('The groups of the pattern are nested too deeply.');
    const node = this.#choice();
    if (!this.#skip(')')) throw new UnsupportedPattern('The pattern has a "(" without ")".');
    this.#depth--;
    return node;
  }

  /** After `[`: `a-z`, `^\s`, ... */
  #set(): Test {
    const negated = this.#skip('^');
    const tests: Test[] = [];
    while (tests.length === 0 || this.#peek() !== ']') {
      if (this.#at >= this.#text.length) throw new UnsupportedPattern('The pattern has a "[" without "]".');
      tests.push(this.#member());
    }
    this.#at++;
    const test = this.#folded((code) => tests.some((each) => each(code)));
    return negated ? not(test) : test;
  }

  #member(): Test {
    const first = this.#escapable();
    if (!/^-[^\]]/.test(this.#text.slice(this.#at, this.#at + 2))) return this.#test(first);
    this.#at++;
    const [from, to] = [first, this.#escapable()].map(codeOf);
    if (from === undefined || to === undefined)
      throw new UnsupportedPattern('A range in "[]" needs a character at each end.');
    return (code) => code >= from && code <= to;
  }

  #escapable(): string {
    const character = this.#next();
    return character === '\\' ? character + this.#next() : character;
  }

  #test(written: string): Test {
    const known = written.startsWith('\\') ? classes[written.slice(1)] : undefined;
    if (known) return known;
    const wanted = codeOf(written);
    if (wanted === undefined) throw new UnsupportedPattern(`"${written}" is not supported.`);
    return (code) => code === wanted;
  }

  #folded(test: Test): Test {
    if (!this.#ignoreCase) return test;
    return (code) => {
      const character = String.fromCharCode(code);
      return test(code) || test(character.toLowerCase().charCodeAt(0)) || test(character.toUpperCase().charCodeAt(0));
    };
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #next(): string {
    if (this.#at >= this.#text.length) throw new UnsupportedPattern('The pattern ends in "\\".');
    return this.#text.charAt(this.#at++);
  }

  #skip(expected: string): boolean {
    const found = this.#text.startsWith(expected, this.#at);
    if (found) this.#at += expected.length;
    return found;
  }
}

/** Of a character as written; undefined for a class, or an escape with a meaning that is not known here. */
function codeOf(written: string): number | undefined {
  if (!written.startsWith('\\')) return written.charCodeAt(0);
  const escaped = written.slice(1);
  const character = controls[escaped] ?? (/[A-Za-z0-9]/.test(escaped) ? undefined : escaped);
  return character?.charCodeAt(0);
}

function countsOf([whole, least, comma, most]: RegExpExecArray): { least: number; most: number } {
  if (whole.startsWith('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
  if (whole.startsWith('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
  if (whole.startsWith('?')) return { least: 0, most: 1 };
  const low = Number(least);
  const high = comma === undefined ? low : most ? Number(most) : Number.POSITIVE_INFINITY;
  if (low > maxCount || (Number.isFinite(high) && high > maxCount)) {
    throw new UnsupportedPattern(`The pattern repeats something more than ${maxCount} times.`);
  }
  if (high < low) throw new UnsupportedPattern(`"${whole}" in the pattern counts backwards.`);
  return { least: low, most: high };
}
