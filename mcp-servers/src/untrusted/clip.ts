// Cuts text without cutting a character in two.

/**
 * At most `limit` UTF-16 units of `text`, followed by a line that says how many characters are missing and, with `next`,
 * how to read on. The cut is at the end of a line where one ends in the second half, else between two characters as a reader
 * sees them.
 */
export function clip(text: string, limit: number, next?: string): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, boundary(text, limit));
  const missing = `${text.length - kept.length} more characters`;
  return `${kept.replace(/\n$/, '')}\n[${missing}${next ? `: ${next}` : ''}]`;
}

function boundary(text: string, limit: number): number {
  const line = text.lastIndexOf('\n', limit - 1) + 1;
  return line > limit / 2 ? line : characterBoundary(text, limit);
}

/** Emoji and letters with accents are longer than one unit; the longest in use stay far below 64. */
const reach = 64;

function characterBoundary(text: string, limit: number): number {
  const start = Math.max(0, limit - reach);
  const segment = new Intl.Segmenter().segment(text.slice(start, limit + reach)).containing(limit - start);
  const cut = start + (segment?.index ?? 0);
  if (cut > start || start === 0) return cut;
  const insidePair = /[\uDC00-\uDFFF]/.test(text.charAt(limit));
  return insidePair ? limit - 1 : limit;
}
