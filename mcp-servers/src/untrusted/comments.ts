// HTML comments, which Markdown hides: `<!-- x -->` becomes `[hidden HTML comment: x]`.

/** Searched with `indexOf` from left to right, so that a text full of openings costs no more than another. */
export function revealComments(text: string): string {
  let shown = '';
  let position = 0;
  for (;;) {
    const start = text.indexOf('<!--', position);
    if (start < 0) return shown + text.slice(position);
    const { content, end } = commentAt(text, start + 4);
    shown += text.slice(position, start) + label(content, end);
    position = end ?? text.length;
  }
}

/** `<!-->` and `<!--->` are complete; one that never ends hides the rest of the text. */
function commentAt(text: string, start: number): { content: string; end: number | undefined } {
  const empty = /^-?>/.exec(text.slice(start, start + 2));
  if (empty) return { content: '', end: start + empty[0].length };
  const end = text.indexOf('-->', start);
  return end < 0 ? { content: text.slice(start), end: undefined } : { content: text.slice(start, end), end: end + 3 };
}

function label(content: string, end: number | undefined): string {
  const kind = end === undefined ? 'unfinished hidden HTML comment' : 'hidden HTML comment';
  const inside = content.trim().replaceAll('<!--', '<! --');
  return inside ? `[${kind}: ${inside}]` : `[${kind}, empty]`;
}
