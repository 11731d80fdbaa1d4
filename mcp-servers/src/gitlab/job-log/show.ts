import type { LogLine } from './line.js';

/** One line a line; where some are missing in between, it says which. With `numbers`, each begins with its own. */
export function showLines(lines: readonly LogLine[], { numbers = false } = {}): string {
  const shown: string[] = [];
  let previous: number | undefined;
  for (const { number, text } of lines) {
    if (previous !== undefined && number > previous + 1) shown.push(gap(previous + 1, number - 1));
    shown.push(numbers ? `${number}: ${text}` : text);
    previous = number;
  }
  return shown.join('\n');
}

function gap(first: number, last: number): string {
  return first === last ? `[line ${first} left out]` : `[lines ${first}-${last} left out]`;
}
