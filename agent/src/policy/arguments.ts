// Rules about the arguments of any tool: `{ city: Berlin }`.
import { foldCase } from './paths.js';
import { matchesWildcard, parseWildcard, type Wildcard } from './wildcard.js';

export interface ArgumentPattern {
  name: string;
  value: Wildcard;
  folded: Wildcard;
}

export function argumentPattern(name: string, value: string): ArgumentPattern {
  return { name, value: parseWildcard(value), folded: parseWildcard(foldCase(value)) };
}

/** All named arguments are there, and all that they hold is as the pattern says. */
export function coversArguments(patterns: readonly ArgumentPattern[], input: Record<string, unknown>): boolean {
  return patterns.every(({ name, value }) => {
    const held = leaves(input[name]);
    return held.length > 0 && held.every((one) => matchesWildcard(value, one));
  });
}

/** Each named argument holds something that is as the pattern says. */
export function catchesArguments(patterns: readonly ArgumentPattern[], input: Record<string, unknown>): boolean {
  return patterns.every(({ name, folded }) =>
    leaves(input[name]).some((one) => matchesWildcard(folded, foldCase(one))),
  );
}

/** Every text, number and truth value in an argument, however deep. */
function leaves(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') return [String(value)];
  return Object.values(value).flatMap(leaves);
}
