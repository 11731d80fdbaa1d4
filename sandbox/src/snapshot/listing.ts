// What a workspace's files looked like at one moment: enough to tell cheaply whether any of them changed since.
import { lstatSync, readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { decodePath, encodePath } from '../paths.js';
import type { Source } from './workspace.js';

/** Size, mode, times and inode: Git's own notion of an unchanged file, with the inode change time that nobody can set back. */
const FIELDS = 5;
/** Longest stretch of synchronous work, in milliseconds, so that the engine's answers are handled meanwhile. */
const SLICE_MS = 8;
/** A file that changed this short before it was listed may change again within the same clock tick (Git: "racily clean"). */
const RACY_MS = 20;

export interface Listing {
  /** One a source, in the sources' order. */
  parts: ListedSource[];
  /** Paths that cannot be copied (FIFO, socket, device, unreadable folder), with the reason. */
  skipped: { path: string; reason: string }[];
}

interface ListedSource {
  /** Which source this is, so that one that moved is noticed. */
  source: string;
  /** Slash-separated, below the source, parents before children, as `decodePath` gives them. */
  paths: string[];
  /** FIELDS numbers a path: size, mode, mtime (ms), ctime (ms), inode. */
  stats: Float64Array;
}

/** Lists every file, folder and link of the sources. Folders that vanish meanwhile are passed over. */
export async function list(sources: readonly Source[]): Promise<Listing> {
  const skipped: Listing['skipped'] = [];
  const parts: ListedSource[] = [];
  for (const source of sources) parts.push(await listSource(source, skipped));
  return { parts, skipped };
}

async function listSource(source: Source, skipped: Listing['skipped']): Promise<ListedSource> {
  const started = Date.now();
  const paths: string[] = [];
  const stats: number[] = [];
  const folders = [''];
  let sliceEnd = performance.now() + SLICE_MS;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const name of names(source.path, folder, skipped)) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (source.skip(path)) continue;
      const found = lstatSync(hostPath(source.path, path), {
        throwIfNoEntry: false,
      });
      if (!found) continue;
      if (!found.isFile() && !found.isDirectory() && !found.isSymbolicLink()) {
        skipped.push({ path, reason: 'not a file, folder or link' });
        continue;
      }
      paths.push(path);
      const racy = Math.max(found.mtimeMs, found.ctimeMs) > started - RACY_MS;
      stats.push(found.isDirectory() ? 0 : found.size, found.mode, found.mtimeMs, racy ? -1 : found.ctimeMs, found.ino);
      if (found.isDirectory()) folders.push(path);
      if (performance.now() > sliceEnd) {
        await setImmediate();
        sliceEnd = performance.now() + SLICE_MS;
      }
    }
  }
  return {
    source: `${source.path}\0${source.target}`,
    paths,
    stats: Float64Array.from(stats),
  };
}

/** Sorted names in a folder. Names that are not UTF-8 show up as U+FFFD and are read again as bytes. */
function names(root: string, folder: string, skipped: Listing['skipped']): string[] {
  const path = hostPath(root, folder);
  try {
    const found = readdirSync(path);
    if (!found.some((name) => name.includes('\ufffd'))) return found;
    return readdirSync(path, { encoding: 'buffer' }).map(decodePath);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') skipped.push({ path: folder, reason: `unreadable (${code})` });
    return [];
  }
}

function hostPath(root: string, path: string): string | Buffer {
  const whole = `${root}/${path}`;
  return whole.isWellFormed() ? whole : encodePath(whole);
}

/** What must be done to a copy that has the state of `before` so that it has the state of `after`. */
export interface Difference {
  /** A list a source: what to copy again. */
  changed: string[][];
  /** Paths in the copy that are gone, or that became another kind of entry; children may be listed without their parents. */
  removed: string[];
}

/** True when both listings are of the same folders, in the same places of the copy. */
export function sameSources(a: Listing, b: Listing): boolean {
  return a.parts.length === b.parts.length && a.parts.every(({ source }, i) => source === b.parts[i]?.source);
}

/** Compares two listings of the same sources; undefined when nothing changed. */
export function compare(sources: readonly Source[], before: Listing, after: Listing): Difference | undefined {
  if (before.parts.every((part, i) => same(part, after.parts[i]))) return undefined;
  const changed: string[][] = [];
  const removed: string[] = [];
  for (const [i, { target }] of sources.entries()) {
    const old = byPath(before.parts[i]);
    const now = byPath(after.parts[i]);
    const inCopy = (path: string) => (target === '' ? path : `${target}/${path}`);
    changed.push([...now].filter(([path, stats]) => differs(old.get(path), stats)).map(([path]) => path));
    for (const [path, stats] of old) {
      const kept = now.get(path);
      if (!kept || kind(kept) !== kind(stats)) removed.push(inCopy(path));
    }
  }
  return changed.some((paths) => paths.length > 0) || removed.length > 0 ? { changed, removed } : undefined;
}

function same(a: ListedSource, b: ListedSource | undefined): boolean {
  if (!b || a.paths.length !== b.paths.length || a.stats.length !== b.stats.length) return false;
  return (
    a.stats.every((value, i) => value === b.stats[i] && value !== -1) && a.paths.every((path, i) => path === b.paths[i])
  );
}

function byPath(part: ListedSource | undefined): Map<string, Float64Array> {
  const stats = part?.stats ?? new Float64Array();
  return new Map(part?.paths.map((path, i) => [path, stats.subarray(i * FIELDS, (i + 1) * FIELDS)]));
}

const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
const kind = (stats: Float64Array) => (stats[1] ?? 0) & S_IFMT;

/** A folder differs by its mode alone: its times follow from its entries, which are listed themselves. */
function differs(old: Float64Array | undefined, now: Float64Array): boolean {
  if (!old || kind(old) !== kind(now)) return true;
  if (kind(now) === S_IFDIR) return old[1] !== now[1];
  return now.some((value, i) => value !== old[i] || value === -1);
}

/** A listing as bytes for a file. */
export function serialise({ parts, skipped }: Listing): Buffer {
  const head = JSON.stringify({
    skipped,
    parts: parts.map(({ source, paths }) => ({ source, paths })),
  });
  const size = Buffer.alloc(4);
  size.writeUInt32LE(Buffer.byteLength(head));
  const stats = parts.map((part) => Buffer.from(part.stats.buffer, part.stats.byteOffset, part.stats.byteLength));
  return Buffer.concat([size, Buffer.from(head), ...stats]);
}

/** The reverse of `serialise`. Throws on anything else. */
export function deserialise(bytes: Buffer): Listing {
  const headEnd = 4 + bytes.readUInt32LE(0);
  const head = JSON.parse(bytes.toString('utf8', 4, headEnd)) as {
    skipped: Listing['skipped'];
    parts: Omit<ListedSource, 'stats'>[];
  };
  let at = headEnd;
  const parts = head.parts.map(({ source, paths }) => {
    const end = at + paths.length * FIELDS * Float64Array.BYTES_PER_ELEMENT;
    const stats = new Float64Array(new Uint8Array(bytes.subarray(at, end)).buffer);
    at = end;
    return { source, paths, stats };
  });
  if (at !== bytes.length) throw new RangeError('A listing is cut or has something behind it.');
  return { parts, skipped: head.skipped };
}
