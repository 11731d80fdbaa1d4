// What a session changed, as the reader inside the tools container reports it.
import * as z from 'zod';

const fileMode = z.enum(['100644', '100755', '120000']);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.int().nonnegative();

export const changeSchema = z
  .object({
    /** Relative to the workspace's root, slash-separated, as `decodePath` gives it. */
    path: z.string(),
    /** `symlink`: a symbolic link was made, or its target changed. `mode`: only the executable bit changed. */
    kind: z.enum(['added', 'modified', 'deleted', 'renamed', 'mode', 'symlink']),
    /** Where a renamed file came from. */
    from: z.string().optional(),
    /** As Git writes it; null where the file is absent. */
    oldMode: fileMode.nullable(),
    newMode: fileMode.nullable(),
    /** SHA-256 of the content (of a link: of its target), hex; null where the file is absent. */
    oldSha256: sha256.nullable(),
    newSha256: sha256.nullable(),
    /** Bytes; null where the file is absent. */
    oldSize: bytes.nullable(),
    newSize: bytes.nullable(),
    /** True when either side holds a NUL byte in its first 8000 bytes, Git's own rule. */
    binary: z.boolean(),
    /** The workspace has the new side already, from an earlier apply. */
    applied: z.literal(true).optional(),
  })
  .refine(
    (change) =>
      (change.oldMode === null) === (change.oldSha256 === null) &&
      (change.oldMode === null) === (change.oldSize === null) &&
      (change.newMode === null) === (change.newSha256 === null) &&
      (change.newMode === null) === (change.newSize === null),
    'a side is there as a whole or not at all',
  )
  .refine(
    (change) =>
      (change.kind === 'deleted') === (change.newMode === null) &&
      (change.kind === 'added' ? change.oldMode === null : true) &&
      (change.kind === 'symlink' || change.kind === 'added' ? true : change.oldMode !== null),
    'the kind goes with the sides',
  )
  .refine(
    (change) => (change.kind === 'renamed') === (change.from !== undefined),
    'a renamed file, and no other, has a `from`',
  );
export type Change = z.infer<typeof changeSchema>;

/** What the workspace has at a path that was applied to: the new old side of changes there; null for nothing. */
export const baseFileSchema = z.object({
  path: z.string(),
  side: z.object({ mode: fileMode, sha256, size: bytes, binary: z.boolean() }).nullable(),
});
export type BaseFile = z.infer<typeof baseFileSchema>;

/** A content that is sent along with a request, named by its hash; `size` in bytes. */
export const contentSchema = z.strictObject({ sha256, size: bytes });
export type Content = z.infer<typeof contentSchema>;

/** Bytes of the largest file that a patch takes: `git diff --binary` holds both sides in memory, and deflates them. */
export const maxPatchedBytes = 256 * 1024 * 1024;

export const changeSetSchema = z.object({
  /** Sorted by path. */
  changes: z.array(changeSchema),
  /** How many touched files Git ignores, left out of `changes` unless asked for; an ignored folder counts once. */
  ignored: z.number(),
  /** Paths that could not be read or are neither file, folder nor link (FIFO, socket, device), and why. */
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type ChangeSet = z.infer<typeof changeSetSchema>;
