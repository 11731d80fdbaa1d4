import { reveal } from './reveal.js';

/** Outside text in a sentence of ours: in quotes, on one line, nothing hidden, and no longer than `most` characters. */
export function quoted(text: string, most: number): string {
  // Cut on both sides: what is revealed is longer than what was hidden.
  const line = reveal(text.slice(0, 4 * most))
    .replace(/\s+/g, ' ')
    .trim();
  return JSON.stringify(line.length > most ? `${line.slice(0, most).toWellFormed()}…` : line);
}
