// Exact replacements in a text, all or none.
import { ToolError } from '../kit/index.js';
import { count } from './names.js';
import { nearest } from './nearest.js';

export interface Edit {
  old_text: string;
  new_text: string;
  replace_all: boolean;
}

/**
 * The text after all edits, in order. A line break in `old_text` matches LF and CRLF alike, and the replacement takes
 * the line ends of what it replaces. Throws `no-match`, `ambiguous` or `no-change`, naming the edit and the lines.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return edits.reduce((before, edit, index) => {
    const which = edits.length > 1 ? `Edit ${index + 1} of ${edits.length}: ` : '';
    return applyEdit(before, edit, which);
  }, text);
}

function applyEdit(text: string, { old_text, new_text, replace_all }: Edit, which: string): string {
  const pattern = new RegExp(escapeRegExp(old_text).replace(/\r?\n/g, '\\r?\\n'), 'g');
  const places = [...text.matchAll(pattern)].map(({ index }) => index);
  if (places.length === 0) throw noMatch(text, old_text, which);
  if (places.length > 1 && !replace_all) throw ambiguous(text, places, which);
  const after = text.replace(pattern, (old) => withLineEnds(new_text, lineEnd(old) ?? lineEnd(text) ?? '\n'));
  if (after !== text) return after;
  throw new ToolError('no-change', `${which}new_text equals old_text. Nothing was written.`, 'Leave this edit out.');
}

function noMatch(text: string, wanted: string, which: string): ToolError {
  return new ToolError(
    'no-match',
    `${which}old_text does not occur in the file. Nothing was written. ${nearest(text, wanted)}`,
    'Copy old_text exactly from read_file, white space included, without the line numbers.',
  );
}

function ambiguous(text: string, places: readonly number[], which: string): ToolError {
  const lines = places.slice(0, 10).map((place) => lineAt(text, place));
  const rest = places.length > lines.length ? ', ...' : '';
  return new ToolError(
    'ambiguous',
    `${which}old_text occurs ${count(places.length, 'time')} (lines ${lines.join(', ')}${rest}). Nothing was written.`,
    'Add the lines around the one you mean to old_text, or set replace_all.',
  );
}

function escapeRegExp(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Number of the line that holds the character at `index`, from 1. */
function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** The line end that most lines of `text` have; undefined where there is none. */
function lineEnd(text: string): '\n' | '\r\n' | undefined {
  const all = text.match(/\r?\n/g);
  if (!all) return undefined;
  return all.filter((end) => end === '\r\n').length * 2 > all.length ? '\r\n' : '\n';
}

function withLineEnds(text: string, end: '\n' | '\r\n'): string {
  return end === '\n' ? text : text.replace(/\r?\n/g, end);
}
