// Blank space long enough to push what follows out of a reader's sight.

const maxBlankLines = 20;
const maxSpaces = 200;

/** The lookbehind starts a match only where a run starts, which keeps this linear. */
const spaces = new RegExp(`(?<![^\\S\\n])[^\\S\\n]{${maxSpaces + 1},}`, 'g');

export function foldPadding(text: string): string {
  return foldBlankLines(text).replace(spaces, (run) => `[${run.length} spaces]`);
}

function foldBlankLines(text: string): string {
  const kept: string[] = [];
  let blank: string[] = [];
  const flush = () => {
    if (blank.length > maxBlankLines) kept.push(`[${blank.length} blank lines]`);
    else kept.push(...blank);
    blank = [];
  };
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      blank.push(line);
      continue;
    }
    flush();
    kept.push(line);
  }
  flush();
  return kept.join('\n');
}
