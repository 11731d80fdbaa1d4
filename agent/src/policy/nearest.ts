// "Did you mean ...?"

/** The candidate that differs by at most two letters from `word`; undefined where none does. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const near = candidates.map((candidate) => ({ candidate, distance: distanceBetween(word, candidate) }));
  near.sort((a, b) => a.distance - b.distance);
  return near[0] && near[0].distance <= 2 ? near[0].candidate : undefined;
}

/** Letters to put in, take out or change (Levenshtein). */
function distanceBetween(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > 2) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const change = (row[j] ?? 0) + (letter === to[j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? Number.POSITIVE_INFINITY;
}
