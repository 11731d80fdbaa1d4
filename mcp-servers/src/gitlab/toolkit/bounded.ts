// No result is longer than a model should be given at once, whatever GitLab holds or answers.
import { clip } from '../../untrusted/index.js';

/** Characters of a result's text, and of its structure as JSON: somewhat more than what tools give in one part. */
export const longestText = 100_000;
const longestJson = 100_000;

/** Characters of one text and items of one list that are kept, tried one after the other. */
const limits = [
  { text: 60_000, items: 1000 },
  { text: 20_000, items: 300 },
  { text: 5_000, items: 100 },
  { text: 1_000, items: 100 },
  { text: 200, items: 100 },
  { text: 100, items: 30 },
  { text: 100, items: 5 },
];

/** `value` itself where it fits; else a copy with its longest texts and lists cut, each text saying what is missing. */
export function bounded<Value extends object>(value: Value): Value {
  if (fits(value)) return value;
  for (const limit of limits) {
    const shorter = cut(value, limit) as Value;
    if (fits(shorter)) return shorter;
  }
  return {} as Value;
}

const fits = (value: object) => JSON.stringify(value).length <= longestJson;

function cut(value: unknown, limit: { text: number; items: number }): unknown {
  if (typeof value === 'string') return clip(value, limit.text);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, limit.items).map((one) => cut(one, limit));
  const entries = Object.entries(value).slice(0, limit.items);
  return Object.fromEntries(entries.map(([key, one]) => [clip(key, limit.text), cut(one, limit)]));
}
