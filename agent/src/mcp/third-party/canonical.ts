// Equal values have equal hashes, whatever the order of their keys.
import { createHash } from 'node:crypto';

/** SHA-256, hexadecimal, of the value as JSON with sorted keys. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

export function canonical(value: unknown, space?: number): string {
  return JSON.stringify(value, (_, inner: unknown) => sorted(inner), space) ?? 'null';
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
