// Words of strangers, as far as they may stand in sentences of ours.
import { reveal } from '@cofferdam/mcp-servers/untrusted';

/** On one line, nothing hidden, at most about `most` characters. */
export function plain(text: string, most = 300): string {
  const line = reveal(text.slice(0, 4 * most))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > most ? `${line.slice(0, most).toWellFormed()}…` : line;
}

/** Nothing hidden, lines kept, at most `most` characters. */
export function shown(text: string, most: number): string {
  const revealed = reveal(text.slice(0, 4 * most));
  return revealed.length > most || text.length > 4 * most ? `${revealed.slice(0, most).toWellFormed()}…` : revealed;
}
