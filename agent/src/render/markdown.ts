// Strangers' words in Markdown that is ours.
import { printable } from './text.js';

/** Characters of a block that a reader gets. */
const maxBlock = 8_000;

/** A block of code, which nothing inside can end: neither mention, nor link, nor quick action. */
export function fenced(text: string, language = ''): string {
  const shown = printable(text);
  const cut =
    shown.length > maxBlock
      ? `${shown.slice(0, maxBlock).toWellFormed()}\n[${shown.length - maxBlock} more characters]`
      : shown;
  const longest = Math.max(2, ...(cut.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${cut}\n${fence}`;
}

/** A quotation: Markdown of the model's stays readable, and cannot close anything of ours. */
export function quote(text: string): string {
  return html(printable(text))
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

/** Code within a line. */
export function code(text: string): string {
  const line = printable(text).replace(/\s+/g, ' ');
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}

/** Words within a line. In GitLab they may still mention somebody. */
export function inline(text: string): string {
  return html(printable(text))
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]#|]/g, '\\$&');
}

export function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
