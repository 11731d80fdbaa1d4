// Remembers on the host which snapshot of a workspace the engine holds, and what the workspace looked like then.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { deserialise, type Listing, serialise } from './listing.js';

const recordSchema = z.object({
  version: z.literal(1),
  /** Volume that holds the whole tree. */
  base: z.string(),
  /** File beside the record: the listing the base was made from. */
  baseListing: z.string(),
  /** How sessions get their copy: `plain` where the engine was found unable to stack overlay volumes. */
  copy: z.enum(['overlay', 'plain']),
  /** The latest change time in the last listing, when nothing since can have the same (`Contents.quietSince`). */
  quietSince: z.string().optional(),
  /** Volume with what changed since, as an overlay's upper layer, and the listing that it brings the base to. */
  delta: z.object({ volume: z.string(), listing: z.string() }).optional(),
});
export type SnapshotRecord = z.infer<typeof recordSchema>;

/**
 * The records of one workspace on one engine. A record only ever names finished, unchanging volumes and is replaced in
 * one rename, so any number of processes may read and write it without a lock: the last one wins, and both are right.
 */
export class SnapshotStore {
  readonly key: string;
  readonly #folder: string;

  constructor(home: string, engine: string, root: string) {
    this.key = createHash('sha256').update(`${engine}\0${root}`).digest('hex').slice(0, 16);
    this.#folder = join(home, 'snapshots', this.key);
  }

  /** The current record, undefined where there is none that can be read. */
  async current(): Promise<SnapshotRecord | undefined> {
    const json = await readFile(join(this.#folder, 'current.json'), 'utf8').catch(() => undefined);
    if (json === undefined) return undefined;
    try {
      return recordSchema.safeParse(JSON.parse(json)).data;
    } catch {
      return undefined; // torn or from another version: the snapshot is made anew
    }
  }

  async listing(name: string): Promise<Listing | undefined> {
    try {
      return deserialise(await readFile(join(this.#folder, name)));
    } catch {
      return undefined; // missing or torn: as good as no snapshot
    }
  }

  /** Writes a listing and returns its name for the record. */
  async addListing(listing: Listing): Promise<string> {
    const name = `${randomBytes(8).toString('hex')}.listing`;
    await mkdir(this.#folder, { recursive: true });
    await writeFile(join(this.#folder, name), serialise(listing));
    return name;
  }

  /** Makes the next refresh start from nothing. */
  async forget(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async publish(record: SnapshotRecord): Promise<void> {
    const path = join(this.#folder, 'current.json');
    const temporary = `${path}.${randomBytes(4).toString('hex')}`;
    await writeFile(temporary, JSON.stringify(record));
    await rename(temporary, path);
    const kept = new Set(['current.json', record.baseListing, record.delta?.listing]);
    const old = (await readdir(this.#folder)).filter((name) => name.endsWith('.listing') && !kept.has(name));
    await Promise.all(old.map((name) => rm(join(this.#folder, name), { force: true })));
  }
}
