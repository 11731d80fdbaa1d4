// A manifest: every path that differs from the snapshot at one moment, and where the contents are kept.
import * as z from 'zod';
import { SandboxError } from '../errors.js';
import { fingerprintSchema, pathSchema, sha256Schema, stateSchema } from './state.js';

/** Names a file of the folder. */
export const fileIdSchema = z.string().regex(/^[0-9a-f]{16}$/);

const contentSchema = z.union([
  /** The same as in the snapshot. */
  z.literal('snapshot'),
  /** Bytes of a pack file from `offset` on; how many says the state. */
  z.strictObject({ pack: fileIdSchema, offset: z.int().nonnegative(), sha256: sha256Schema }),
]);
export type Content = z.infer<typeof contentSchema>;

export const entrySchema = z.strictObject({
  path: pathSchema,
  now: stateSchema,
  stamp: z.string().nullable(),
  was: fingerprintSchema,
  /** Null for what is no file. */
  content: contentSchema.nullable(),
});
export type Entry = z.infer<typeof entrySchema>;

const headSchema = z.strictObject({
  version: z.literal(1),
  /** The sandbox it was taken of: stamps mean something there only. */
  sandbox: z.string(),
  /** Names the snapshot it stood on: fingerprints and contents of the snapshot are of that one. */
  snapshot: z.string(),
  /** The manifest that this one only tells the differences to. */
  base: fileIdSchema.nullable(),
  /** How many there are below. */
  depth: z.int().nonnegative(),
});
export type ManifestHead = z.infer<typeof headSchema>;

const goneSchema = z.strictObject({ gone: pathSchema });

export interface Manifest extends Pick<ManifestHead, 'sandbox' | 'snapshot' | 'depth'> {
  readonly id: string;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** What one manifest has otherwise than another. */
export interface Difference {
  /** Entries that are new or other ones. */
  changed: Entry[];
  /** Paths without an entry now. */
  gone: string[];
}

export function difference(before: ReadonlyMap<string, Entry>, now: ReadonlyMap<string, Entry>): Difference {
  return {
    changed: [...now.values()].filter((entry) => before.get(entry.path) !== entry),
    gone: [...before.keys()].filter((path) => !now.has(path)),
  };
}

/** Lines of JSON: the head, then entries and what is gone. */
export function writeManifest(head: ManifestHead, { changed, gone }: Difference): string {
  const lines = [head, ...changed, ...gone.map((path) => ({ gone: path }))];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Throws `checkpoint-damaged`; `file` is for the message. */
export function readManifest(text: string, file: string): { head: ManifestHead } & Difference {
  try {
    const [first = '', ...rest] = text.split('\n');
    if (rest.pop() !== '') throw new Error('its end is missing');
    const changed: Entry[] = [];
    const gone: string[] = [];
    for (const line of rest) {
      const parsed: unknown = JSON.parse(line);
      if (line.startsWith('{"gone"')) gone.push(goneSchema.parse(parsed).gone);
      else changed.push(entrySchema.parse(parsed));
    }
    return { head: headSchema.parse(JSON.parse(first)), changed, gone };
  } catch (cause) {
    throw damaged(file, cause);
  }
}

export function damaged(file: string, cause: unknown): SandboxError {
  return new SandboxError(
    'checkpoint-damaged',
    `The checkpoint cannot be read from ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Restore another checkpoint.',
    { cause },
  );
}
