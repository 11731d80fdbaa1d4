// What comes out of YAML, looked at with care.
export type Values = Record<string, unknown>;

export const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A string, or nested lists of strings, as one list; undefined for anything else. */
export function strings(value: unknown): string[] | undefined {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return undefined;
  const parts = value.map(strings);
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

export const asList = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** GitLab's deep merge: the second wins, but two hashes become one. */
export function deepMerge(first: Values, second: Values): Values {
  const merged: Values = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const below = merged[key];
    merged[key] = isValues(below) && isValues(value) ? deepMerge(below, value) : value;
  }
  return merged;
}
