// Output as a person would have seen it on a terminal in the end: no escape sequences, no overwritten progress bars.

/** ECMA-48: CSI; OSC, DCS, SOS, PM and APC with their ends; other escapes; the 8-bit CSI. */
const ESCAPE = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-OQ-WYZ\\`-~]/g;
/** The start of a sequence whose end has not come yet. Longer ones are no sequence. */
const UNFINISHED = /(?:\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)|\x9b[0-?]*[ -/]*)$/;
const LONGEST_SEQUENCE = 256;

/** Plain text with `\n` line ends. */
export function cleanTerminal(text: string): string {
  return text
    .replace(ESCAPE, '')
    .split('\n')
    .map(overwritten)
    .join('\n')
    .replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '')
    .toWellFormed();
}

/** How many characters at the end of `text` should wait for what comes next. */
export function unfinishedLength(text: string): number {
  return UNFINISHED.exec(text.slice(-LONGEST_SEQUENCE))?.[0].length ?? 0;
}

/** A carriage return starts the line over, a backspace takes one character back. */
function overwritten(line: string): string {
  const visible = line.includes('\r') ? (line.split('\r').findLast((part) => part !== '') ?? '') : line;
  if (!visible.includes('\b')) return visible;
  const kept: string[] = [];
  for (const char of visible) {
    if (char === '\b') kept.pop();
    else kept.push(char);
  }
  return kept.join('');
}
