// Where a text that was not found may have been meant.

const maxLines = 20_000;
const maxLength = 400;
const maxShown = 6;

/** A sentence with the lines of `text` that look most like the first line of `wanted`, or that there are none. */
export function nearest(text: string, wanted: string): string {
  const wantedLines = wanted.split(/\r?\n/);
  const offset = Math.max(
    0,
    wantedLines.findIndex((line) => line.trim() !== ''),
  );
  const first = wantedLines[offset] ?? '';
  const lines = text.split(/\r?\n/, maxLines);
  const best = lines
    .map((line, index) => ({ index, likeness: likeness(first, line) }))
    .reduce((one, other) => (other.likeness > one.likeness ? other : one), { index: 0, likeness: 0 });
  if (best.likeness < 0.5) return 'No line looks like its first one.';
  const start = Math.max(0, best.index - offset);
  const shown = lines.slice(start, start + Math.min(wantedLines.length, maxShown));
  const numbered = shown.map((line, index) => `${start + index + 1}\t${line.slice(0, maxLength)}`);
  const why =
    squeeze(first) === squeeze(lines[best.index] ?? '') ? ' (the first line differs in white space at most)' : '';
  return `The nearest text${why}:\n${numbered.join('\n')}`;
}

/** Dice's coefficient over pairs of characters, white space aside: 1 for equal lines, 0 for nothing in common. */
function likeness(a: string, b: string): number {
  const [left, right] = [pairs(a), pairs(b)];
  if (left.size === 0 || right.size === 0) return squeeze(a) === squeeze(b) && squeeze(a) !== '' ? 1 : 0;
  const common = [...left].filter((pair) => right.has(pair)).length;
  return (2 * common) / (left.size + right.size);
}

function pairs(line: string): Set<string> {
  const text = squeeze(line.slice(0, maxLength));
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2)));
}

function squeeze(line: string): string {
  return line.replace(/\s+/g, '');
}
