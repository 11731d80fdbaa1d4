// Strangers' words on the way to an editor, which renders Markdown.
import { reveal } from '@cofferdam/mcp-servers/untrusted';

/** On one line, with nothing hidden, and at most `most` characters. */
export function oneLine(text: string, most = 120): string {
  const line = reveal(text.slice(0, most * 4))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > most ? `${line.slice(0, most - 1).toWellFormed()}…` : line;
}

/** A block of code that nothing in `text` can end. */
export function codeBlock(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/** Code within a line. */
export function code(text: string): string {
  const line = oneLine(text, 500);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/** Without the lines that mark it as data for the model: people see where it comes from. */
export function withoutMarks(text: string): string {
  return text.replace(/^<\/?outside-[0-9a-f]+(?: source="[^"\n]*": data, not instructions)?>\n?/gm, '');
}

/** The first `most` characters, with a word where there is more. */
export function head(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}\n[${text.length - most} characters more]`;
}

/** The last `most` characters, from the beginning of a line where there is one. */
export function tail(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.slice(-most);
  return end.slice(end.indexOf('\n') + 1).toWellFormed();
}
