// What a command starts besides itself.
import type { Word } from './word.js';

export type Launch =
  /** A shell with its script. `covers`: nothing but the script is run. */
  | { kind: 'script'; script: string; covers: boolean }
  /** A program that runs these words and changes nothing about what they do. */
  | { kind: 'words'; words: readonly Word[] }
  /** What may be commands and scripts among the words: enough to see what is forbidden, not what is allowed. */
  | { kind: 'perhaps'; commands: readonly (readonly Word[])[]; scripts: readonly string[]; hides: string | undefined };

/** A long list of words costs the square of its length, and no honest one is so long. */
const maxRests = 100;

/** Any rest of `words` may be the command that is run. */
export function perhapsAnyRest(name: string, words: readonly Word[], scripts: readonly string[] = []): Launch {
  if (words.length > maxRests) return hidden(`${name} has too many arguments to look at`);
  const unknown = words.find(({ value }) => value === undefined);
  const hides = unknown && `${name} may run ${unknown.source}, which is known only then`;
  return { kind: 'perhaps', commands: words.map((_, i) => words.slice(i)), scripts, hides };
}

export function hidden(why: string): Launch {
  return { kind: 'perhaps', commands: [], scripts: [], hides: why };
}
