// What a session changed, as the reader inside the tools container reports it.
import { z } from 'zod';

const fileMode = z.enum(['100644', '100755', '120000']);

export const changeSchema = z.object({
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
  oldSha256: z.string().nullable(),
  newSha256: z.string().nullable(),
  /** Bytes; null where the file is absent. */
  oldSize: z.number().nullable(),
  newSize: z.number().nullable(),
  /** True when either side holds a NUL byte in its first 8000 bytes, Git's own rule. */
  binary: z.boolean(),
});
export type Change = z.infer<typeof changeSchema>;

export const changeSetSchema = z.object({
  /** Sorted by path. */
  changes: z.array(changeSchema),
  /** How many files changed that Git ignores; they are not in `changes` unless asked for. */
  ignored: z.number(),
  /** Paths that could not be read or are neither file, folder nor link (FIFO, socket, device), and why. */
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type ChangeSet = z.infer<typeof changeSetSchema>;
