// What to look for in a log: fixed text by default. Regular expressions run on RE2's automata: JavaScript's own engine
// backtracks, so that one pattern and one hostile line of a log could keep it busy for years.
import { ToolError } from '../../kit/index.js';

export interface Pattern {
  pattern: string;
  /** Default: fixed text. */
  regex?: boolean | undefined;
  /** Default: false. */
  ignoreCase?: boolean | undefined;
}

/** Finds the pattern in a line: where its first match begins, or -1. */
export type Matcher = (line: string) => number;

const maxPattern = 500;
/** Instructions of the automaton. With this many, the worst pattern takes a second on the longest line that is looked at. */
const maxSize = 300;
/** Characters of a line that a regular expression looks at: no line made for reading is longer. */
const maxSearched = 20_000;

/** Throws ToolError `bad-pattern`. */
export async function matcherFor({ pattern, regex = false, ignoreCase = false }: Pattern): Promise<Matcher> {
  if (regex) return expression(pattern, ignoreCase);
  if (!ignoreCase) return (line) => line.indexOf(pattern);
  const lower = pattern.toLowerCase();
  return (line) => line.toLowerCase().indexOf(lower);
}

async function expression(pattern: string, ignoreCase: boolean): Promise<Matcher> {
  if (pattern.length > maxPattern) throw badPattern(`is longer than ${maxPattern} characters`);
  // Loaded here, because it takes longer to load than all other code of a server together.
  const { RE2JS, RE2JSException } = await import('re2js');
  try {
    const compiled = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    if (compiled.programSize() > maxSize) throw badPattern('repeats too much');
    return (line) => {
      const searched = line.slice(0, maxSearched);
      if (!compiled.test(searched)) return -1;
      const match = compiled.matcher(searched);
      return match.find() ? match.start() : -1;
    };
  } catch (error) {
    if (error instanceof RE2JSException) throw badPattern(`cannot be read: ${error.message}`);
    throw error;
  }
}

function badPattern(what: string): ToolError {
  return new ToolError(
    'bad-pattern',
    `The pattern ${what}.`,
    'Write it in the syntax of RE2, which has no backreferences and no looking around, or search for fixed text.',
  );
}
