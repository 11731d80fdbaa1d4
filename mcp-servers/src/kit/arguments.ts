// What a call's arguments are to its tool.
import type * as z from 'zod';

/**
 * A whole number is text where text is meant: models, and clients that guess types, write 12 for "12". Other numbers are
 * not: "1.10" would have become 1.1.
 */
export function readArguments(schema: z.ZodObject, args: unknown): z.ZodSafeParseResult<Record<string, unknown>> {
  const read = schema.safeParse(args);
  if (read.success) return read;
  const spelt = structuredClone(args);
  for (const issue of read.error.issues) {
    if (issue.code === 'invalid_type' && issue.expected === 'string') spellOut(spelt, issue.path);
  }
  return schema.safeParse(spelt);
}

function spellOut(args: unknown, path: PropertyKey[]): void {
  const [key, ...rest] = path;
  if (key === undefined || typeof args !== 'object' || args === null) return;
  const value: unknown = Reflect.get(args, key);
  if (rest.length > 0) spellOut(value, rest);
  else if (Number.isSafeInteger(value)) Reflect.set(args, key, String(value));
}
