// Text from a model, a command or a file name, made fit for a terminal.
import { stripVTControlCharacters } from 'node:util';

// C0 and C1 but for tab and newline; DEL; and the characters that reorder what is read (CVE-2021-42574).
const unprintable = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Nothing is left that moves the cursor, changes colours, sets titles, writes the clipboard or reverses the text. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/\r\n?/g, '\n').replace(unprintable, '').toWellFormed();
}

/** On one line of at most `width` characters. */
export function oneLine(text: string, width: number): string {
  const line = printable(text).replace(/\s+/g, ' ').trim();
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`.toWellFormed();
}

/** Without the lines that mark it as data for the model: a person sees where it comes from. */
export function withoutMarks(text: string): string {
  return text.replace(/^<\/?outside-[0-9a-f]+(?: source="[^"\n]*": data, not instructions)?>\n?/gm, '');
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Paint = (style: keyof typeof codes, text: string) => string;

/** Paints nothing when `enabled` is false. */
export function painter(enabled: boolean): Paint {
  return (style, text) => (enabled ? `\x1b[${codes[style]}m${text}\x1b[0m` : text);
}

/** 1234567 as `1.2M`. */
export function short(count: number): string {
  if (count < 1_000) return String(count);
  return count < 1_000_000 ? `${(count / 1_000).toFixed(1)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}
