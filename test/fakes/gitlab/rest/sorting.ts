/** A sorted copy; rows with the same key are ordered by id. Dates, numbers and strings compare as one expects. */
export function sorted<T extends { id: number }>(
  rows: readonly T[],
  key: (row: T) => Date | number | string,
  direction: 'asc' | 'desc',
): T[] {
  const sign = direction === 'asc' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    return sign * (left < right ? -1 : left > right ? 1 : a.id - b.id);
  });
}
