// What a terminal would show of one line.

/**
 * Control sequences (colours, cursor), operating system commands (window titles, hyperlinks) that are terminated, and other
 * escapes. The parts of each alternative share no character, so that there is nothing to try again.
 */
const escapes = /\x1B(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)|[ -/]+[0-~]|[0-Z\\^-~])/g;

export function asShown(raw: string): string {
  const plain = raw.includes('\x1B') ? raw.replace(escapes, '') : raw;
  return erase(lastDrawn(plain));
}

/** After a carriage return a line is drawn anew, as progress bars do. */
function lastDrawn(text: string): string {
  if (!text.includes('\r')) return text;
  return text.split('\r').findLast((drawn) => drawn.trim() !== '') ?? '';
}

/** Backspaces, as spinners use them. */
function erase(text: string): string {
  if (!text.includes('\b')) return text;
  const shown: string[] = [];
  for (const character of text) {
    if (character === '\b') shown.pop();
    else shown.push(character);
  }
  return shown.join('');
}
