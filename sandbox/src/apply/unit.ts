// A unit is one change on its way into the workspace: applied as a whole or left out as a whole.
import * as z from 'zod';
import { type Change, changeSchema } from '../changes/types.js';
import type { Side } from './host.js';

export const unitSchema = z.object({
  change: changeSchema,
  /** Where the new content waits, beside its target; null where none is needed. Relative, as `change.path`. */
  temp: z.string().nullable(),
  /** The identity of the old file when it was compared; null where there was none, or the new one in its place. */
  seen: z.string().nullable(),
});
export type Unit = z.infer<typeof unitSchema>;

export function oldSide({ oldMode, oldSha256, oldSize }: Change): Side | undefined {
  if (oldMode === null || oldSha256 === null || oldSize === null) return undefined;
  return { mode: oldMode, sha256: oldSha256, size: oldSize };
}

export function newSide({ newMode, newSha256, newSize }: Change): Side | undefined {
  if (newMode === null || newSha256 === null || newSize === null) return undefined;
  return { mode: newMode, sha256: newSha256, size: newSize };
}

/** The path at which a file goes away; undefined where none does. */
export function vacatedBy(change: Change): string | undefined {
  return change.from ?? (change.kind === 'deleted' ? change.path : undefined);
}
