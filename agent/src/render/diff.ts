// The diff at the end of a turn.
import type { Change } from '@cofferdam/sandbox';
import type { TerminalView } from './terminal.js';
import { oneLine, type Paint, printable } from './text.js';

/** Lines of the patch that are shown; `sandbox changes --patch` gives all. */
const shownLines = 1_000;

/** Prints a patch; answers false when it was too long to print whole. */
export function showPatch(patch: string, view: TerminalView): boolean {
  const lines = patch.replace(/\n$/, '').split(/\r?\n/);
  for (const line of lines.slice(0, shownLines)) view.line(colour(printable(line), view.paint));
  return lines.length <= shownLines;
}

function colour(line: string, paint: Paint): string {
  if (line.startsWith('diff ')) return paint('bold', line);
  if (line.startsWith('@@')) return paint('cyan', line);
  if (line.startsWith('+')) return paint('green', line);
  if (line.startsWith('-')) return paint('red', line);
  return line;
}

const letters = { added: 'A', modified: 'M', deleted: 'D', renamed: 'R', mode: 'X', symlink: 'L' } as const;

/** One change on one line: `M src/sum.js`. */
export function describeChange({ kind, path, from, binary }: Change): string {
  const name = from === undefined ? path : `${from} -> ${path}`;
  return `${letters[kind]} ${oneLine(name, 500)}${binary ? ' (binary)' : ''}`;
}
