// Beside each log, how far it goes: a chain of hashes alone does not show that its end was cut off.
import * as z from 'zod';
import { firstPrev } from './event.js';

const headSchema = z.object({ seq: z.int().min(0), hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** `seq` and hash of the last line; the writer's own, and so 0 in a file that has none yet. */
export type Head = z.infer<typeof headSchema>;

export const emptyHead: Head = { seq: 0, hash: firstPrev };

/** Always of the same length, so that one write in place replaces it whole. */
export function encodeHead({ seq, hash }: Head): string {
  return `{"seq":${String(seq).padStart(16)},"hash":"${hash}"}\n`;
}

/** Undefined for anything else than a head. */
export function parseHead(text: string): Head | undefined {
  try {
    return headSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
