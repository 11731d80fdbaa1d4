// Text in which `*` stands for any text.
import { matchesAll } from './sequence.js';

export const anyText = Symbol('any text');
/** The pieces of a pattern: text as it is, and `anyText`. */
export type Wildcard = readonly (string | typeof anyText)[];

export function parseWildcard(text: string): Wildcard {
  return text.split('*').flatMap((piece, i) => (i === 0 ? [piece] : [anyText, piece]));
}

export function matchesWildcard(pattern: Wildcard, text: string): boolean {
  if (!pattern.includes(anyText)) return pattern.join('') === text;
  const letters = pattern.flatMap<string | typeof anyText>((piece) => (piece === anyText ? [piece] : [...piece]));
  return matchesAll(letters, [...text], {
    isMany: (element) => element === anyText,
    fits: (element, letter) => element === letter,
  });
}
