// What the system prompt was made of, kept beside the session's log: another prompt after a resume would make the cache
// worthless, and newer models' earlier thinking too (platform.claude.com/docs/en/build-with-claude/preserved-thinking).
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const keptSchema = z.object({
  /** For fences. */
  secret: z.string().regex(/^[0-9a-f]{32}$/),
  /** As they were found when the session began. */
  facts: z.string(),
});
export type Kept = z.infer<typeof keptSchema>;

/** The name of the file in the session's folder; a fork takes it along. */
const fileName = 'context.json';

/** What an earlier opening kept, else what is gathered now. A folder that cannot be written to keeps nothing. */
export async function keptOr(folder: string, gather: () => Promise<string>): Promise<Kept> {
  const file = join(folder, fileName);
  const known = read(file);
  if (known) return known;
  const kept = { secret: randomBytes(16).toString('hex'), facts: await gather() };
  try {
    writeFileSync(file, JSON.stringify(kept), { mode: 0o600 });
  } catch {
    // Then a resume gathers again: it costs a little, and the log will say what is wrong with the disk.
  }
  return kept;
}

function read(file: string): Kept | undefined {
  try {
    return keptSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
