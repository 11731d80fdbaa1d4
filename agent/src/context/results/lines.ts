// A text as numbered lines of bounded length: the same numbers wherever a long result is cut or read on.

/** A longer line, as of minified code, counts as several. */
const maxLine = 2_000;

/** Where each line begins, and, last, where the text ends. Each line holds its own line break. */
export function lineStarts(text: string): number[] {
  const starts: number[] = [];
  for (let at = 0; at < text.length; ) {
    starts.push(at);
    const end = text.indexOf('\n', at);
    const next = end === -1 ? text.length : end + 1;
    at = next - at > maxLine ? wholeCharacters(text, at + maxLine) : next;
  }
  starts.push(text.length);
  return starts;
}

function wholeCharacters(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}
