// What a workspace's files looked like at one moment: enough to tell cheaply whether any of them changed since.
import { decodePath } from '../paths.js';
import { findRecords, nothingChangedSince } from './find.js';
import { walkRecords } from './walk.js';
import type { Source } from './workspace.js';

/** A file that changed this short before it was listed may change again within the same clock tick (Git: "racily clean"). */
const RACY_SECONDS = 0.02;

/**
 * One source's entries as bytes, two NUL-ended fields each: the path below the source, and `kind mode size mtime ctime
 * inode` (kind as `find -printf %y`, mode octal, times in seconds). The source itself has the empty path.
 */
interface ListedSource {
  /** Which source this is, so that one that moved is noticed. */
  source: string;
  /** Seconds since 1970. */
  startedAt: number;
  records: Buffer;
}

/** One a source, in the sources' order. */
export type Listing = ListedSource[];

/** Lists every entry of the sources; what vanishes meanwhile is passed over. */
export async function list(sources: readonly Source[]): Promise<Listing> {
  return Promise.all(
    sources.map(async ({ path, target }) => {
      const startedAt = Date.now() / 1000;
      const records = (await findRecords(path)) ?? (await walkRecords(path));
      return { source: `${path}\0${target}`, startedAt, records };
    }),
  );
}

/**
 * True when surely nothing changed since a listing that was `quietSince` then: a change of anything moves the change time
 * of some entry, which nobody can set back. False when only a new listing can tell. Half of the cost of one.
 */
export async function isUntouched(sources: readonly Source[], quietSince: string): Promise<boolean> {
  return nothingChangedSince(
    sources.map(({ path }) => path),
    quietSince,
  );
}

/** True when both listings are of the same folders, in the same places of the copy. */
export function sameSources(a: Listing, b: Listing): boolean {
  return a.length === b.length && a.every(({ source }, i) => source === b[i]?.source);
}

interface Entry {
  /** `f`, `d` or `l`. */
  kind: string;
  /** What must be equal for the entry to count as unchanged; undefined where that proves nothing. */
  stamp: string | undefined;
}

export interface Contents {
  /** A map a source, from path to entry, parents before children. */
  entries: Map<string, Entry>[];
  /** Paths that are not copied, with the reason. */
  skipped: { path: string; reason: string }[];
  /**
   * The latest change time of any entry, in seconds. Undefined when an entry changed so shortly before it was listed that
   * a later change may have the same time.
   */
  quietSince: string | undefined;
}

/** What a listing holds, without what the sources leave out. */
export function contents(sources: readonly Source[], listing: Listing): Contents {
  const skipped: Contents['skipped'] = [];
  let latest = '';
  let racy = false;
  const entries = sources.map((source, i) => {
    const found = new Map<string, Entry>();
    const { records, startedAt } = listing[i] ?? { records: Buffer.alloc(0), startedAt: 0 };
    const fields = splitFields(records);
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const path = fields[at] ?? '';
      const about = fields[at + 1] ?? '';
      const kind = about[0] ?? '';
      const [, mode, , mtime = '', ctime = ''] = about.split(' ');
      if (ctime > latest) latest = ctime;
      const fresh = Math.max(Number(mtime), Number(ctime)) > startedAt - RACY_SECONDS;
      racy ||= fresh;
      if (path === '') continue;
      if (source.skip(path) || [...parents(path)].some((parent) => source.skip(parent))) continue;
      if (kind === 'f' || kind === 'd' || kind === 'l') {
        // A folder is stamped with its mode alone: its times follow from its entries, which are listed themselves.
        found.set(path, { kind, stamp: kind === 'd' ? `d ${mode}` : fresh ? undefined : about });
      } else {
        found.delete(path); // a folder that cannot be read is listed before this is known
        skipped.push({ path, reason: kind === '!' ? 'unreadable' : 'not a file, folder or link' });
      }
    }
    return found;
  });
  return { entries, skipped, quietSince: racy ? undefined : latest };
}

function* parents(path: string): Generator<string> {
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) yield path.slice(0, slash);
}

function splitFields(records: Buffer): string[] {
  const text = records.toString('utf8');
  if (!text.includes('\ufffd')) return text.split('\0');
  const fields: string[] = [];
  for (let start = 0; start < records.length; ) {
    const end = records.indexOf(0, start);
    fields.push(decodePath(records.subarray(start, end)));
    start = end + 1;
  }
  return fields;
}

/** What must be done to a copy that has the state of `before` so that it has the state of `after`. */
export interface Difference {
  /** A list a source: what to copy again. */
  changed: string[][];
  /** Paths in the copy that are gone, or that became another kind of entry; children may be listed without their parents. */
  removed: string[];
}

/** Compares the contents of two listings of the same sources; undefined when nothing changed. */
export function compare(sources: readonly Source[], before: Contents, after: Contents): Difference | undefined {
  const changed: string[][] = [];
  const removed: string[] = [];
  for (const [i, { target }] of sources.entries()) {
    const old = before.entries[i] ?? new Map<string, Entry>();
    const now = after.entries[i] ?? new Map<string, Entry>();
    changed.push(
      [...now]
        .filter(([path, { stamp }]) => stamp === undefined || stamp !== old.get(path)?.stamp)
        .map(([path]) => path),
    );
    for (const [path, { kind }] of old) {
      if (now.get(path)?.kind !== kind) removed.push(target === '' ? path : `${target}/${path}`);
    }
  }
  return changed.some((paths) => paths.length > 0) || removed.length > 0 ? { changed, removed } : undefined;
}

/** A listing as bytes for a file: the head's length, the head as JSON, then the records. */
export function serialise(listing: Listing): Buffer {
  const head = Buffer.from(JSON.stringify(listing.map(({ records, ...rest }) => ({ ...rest, bytes: records.length }))));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...listing.map(({ records }) => records)]);
}

/** The reverse of `serialise`. Throws on anything else. */
export function deserialise(bytes: Buffer): Listing {
  let at = 4 + bytes.readUInt32LE(0);
  const head = JSON.parse(bytes.toString('utf8', 4, at)) as { source: string; startedAt: number; bytes: number }[];
  const listing = head.map(({ source, startedAt, bytes: length }) => {
    const records = bytes.subarray(at, at + length);
    at += length;
    return { source, startedAt, records };
  });
  if (at !== bytes.length) throw new RangeError('A listing is cut or has something behind it.');
  return listing;
}
