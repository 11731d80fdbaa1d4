// What a path is in a copy of the workspace, and how the tools container tells the host of it. Shared by both sides.
import * as z from 'zod';

const mode = z.int().min(0).max(0o7777);
const nanoseconds = z.string().regex(/^-?\d{1,20}$/);
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

export const stateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('absent') }),
  z.strictObject({ kind: z.literal('folder'), mode }),
  /** `size` in bytes, `mtime` in nanoseconds since 1970. */
  z.strictObject({ kind: z.literal('file'), mode, size: z.int().nonnegative(), mtime: nanoseconds }),
  /** `target` as `decodePath` gives it. */
  z.strictObject({ kind: z.literal('link'), target: z.string().min(1).max(16_384) }),
  /** A FIFO, a socket or a device: told of, never kept. */
  z.strictObject({ kind: z.literal('other') }),
]);
export type State = z.infer<typeof stateSchema>;

export const pathSchema = z.string().min(1).max(16_384);

/** A path that is not, or may not be, what the snapshot has. Below a path that is no folder now there are no further rows. */
export const rowSchema = z.strictObject({
  path: pathSchema,
  now: stateSchema,
  /**
   * Of a file: size, times and inode. As long as they stay, so does the content. Null where it was written so short ago
   * that it may change again within the same tick of the clock.
   */
  stamp: z.string().max(128).nullable(),
});
export type Row = z.infer<typeof rowSchema>;

export const unreadableSchema = z.strictObject({ path: pathSchema, failed: z.string().max(8192) });
export type Unreadable = z.infer<typeof unreadableSchema>;

/** A line of the answer to `state`. */
export const stateLineSchema = z.union([rowSchema, unreadableSchema]);

/** What the snapshot has at a path, in a form to compare (see `inside/fingerprint.ts`). */
export const fingerprintSchema = z.string().min(1).max(256);

/** What is asked about a path in a `pack` request. */
export const wantedSchema = z.strictObject({
  path: pathSchema,
  /** The content that is kept already: it need not be sent again. */
  known: z.strictObject({ size: z.int().nonnegative(), sha256: sha256Schema }).nullable(),
});
export type Wanted = z.infer<typeof wantedSchema>;

/**
 * A line of the answer to `pack`, one a path and in the order of the question. After `content: 'bytes'` follow chunks:
 * a line of `chunkSchema`, then that many bytes; 0 ends the content.
 */
export const packedSchema = z.union([
  z.strictObject({
    path: pathSchema,
    now: stateSchema,
    was: fingerprintSchema,
    /** `snapshot`: as in the snapshot. `known`: as the question said. Null for what is no file. */
    content: z.enum(['snapshot', 'known', 'bytes']).nullable(),
  }),
  unreadableSchema,
]);
export type Packed = z.infer<typeof packedSchema>;

export const chunkSchema = z.union([
  z.strictObject({
    bytes: z
      .int()
      .nonnegative()
      .max(256 * 1024),
  }),
  z.strictObject({ failed: z.string().max(8192) }),
]);
export type Chunk = z.infer<typeof chunkSchema>;

/** What restoring asks for, a line a path, sorted by path; `{ end: true }` comes last. */
export const stepSchema = z.union([
  z.strictObject({
    path: pathSchema,
    /** `snapshot`: whatever the snapshot has there, nothing included. */
    make: z.union([z.literal('snapshot'), stateSchema]),
    /** The path is left alone where the snapshot has something else than this. Null: not to be checked. */
    was: fingerprintSchema.nullable(),
    /** Where a file's content is: in the snapshot, or in the `size` bytes after this line. */
    content: z.union([z.literal('snapshot'), sha256Schema]).nullable(),
  }),
  z.strictObject({ end: z.literal(true) }),
]);
export type Step = Exclude<z.infer<typeof stepSchema>, { end: true }>;

export const conflictSchema = z.strictObject({ path: pathSchema, reason: z.string().max(8192) });
export type Conflict = z.infer<typeof conflictSchema>;

/** What restoring answers: conflicts as they are found, then one of the others. */
export const outcomeSchema = z.union([
  conflictSchema,
  z.strictObject({ restored: z.int().nonnegative(), removed: z.int().nonnegative() }),
  z.strictObject({
    code: z.enum(['disk-full', 'protocol', 'workspace-unusable']),
    message: z.string().max(8192),
    remedy: z.string().max(1024),
  }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** Bytes of a line on these channels: two paths of the longest kind, escaped. */
export const maxLine = 256 * 1024;
