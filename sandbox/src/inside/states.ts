// Lists what a copy has in other states than the snapshot, at a cost that grows with what the session touched: files that
// Git ignores, empty folders, modes and `.git` included, for a checkpoint leaves nothing out.
//
// Of an overlay only the folders in the upper directory are looked at, as in `walk.ts`; a name that is there but not in
// the upper directory comes from the snapshot. A file that is touched but equal is listed too: only reading it would tell.
import { type BigIntStats, lstatSync, readlinkSync } from 'node:fs';
import type { Row, State, Unreadable } from '../checkpoint/state.js';
import { type RawPath, rawPath } from './raw-path.js';
import { type Kind, kindOf } from './tree.js';
import { reasonOf, type Trees } from './walk.js';

/** A file that changed this short before may change again within the same clock tick (Git: "racily clean"). */
const RACY_NS = 20_000_000n;

interface Found {
  rows: (Row | Unreadable)[];
  /** Folders to look into, and whether the snapshot has a folder there too. */
  deeper: { path: RawPath; inSnapshot: boolean }[];
}

/** Parents before what they hold; a list a folder. */
export function* statesOf(trees: Trees, signal: AbortSignal): Generator<Found['rows'], void, undefined> {
  const waiting: Found['deeper'] = [{ path: '', inSnapshot: true }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    signal.throwIfAborted();
    const { path, inSnapshot } = next;
    try {
      const { rows, deeper } = trees.workspace.unlocked(path, () => lookInto(trees, path, inSnapshot));
      if (rows.length > 0) yield rows;
      waiting.push(...deeper);
    } catch (error) {
      yield [{ path: path === '' ? '.' : rawPath.toText(path), failed: reasonOf(error) }];
    }
  }
}

function lookInto({ workspace, lower, upper }: Trees, folder: RawPath, inSnapshot: boolean): Found {
  const found: Found = { rows: [], deeper: [] };
  // In this order: what is made meanwhile is in the upper listing although not in the merged one, not the reverse.
  const now = workspace.list(folder);
  if (!now) return found;
  const old = (inSnapshot ? lower.list(folder) : undefined) ?? new Map<RawPath, Kind>();
  const touched = upper?.list(folder);
  for (const name of old.keys()) {
    if (!now.has(name)) found.rows.push(row(rawPath.join(folder, name), { kind: 'absent' }));
  }
  workspace.within(folder, (place) => {
    for (const name of now.keys()) {
      if (upper && touched?.has(name) !== true) continue;
      const path = rawPath.join(folder, name);
      const stats = lstatSync(place(name), { bigint: true, throwIfNoEntry: false });
      if (!stats) continue; // gone between two looks; the next checkpoint sees it
      const kind = kindOf(stats);
      const before = old.get(name) === kind ? lower.look(path) : undefined;
      if (kind === 'folder') found.deeper.push({ path, inSnapshot: before !== undefined });
      if (kind === 'folder' ? before?.mode === stats.mode : !upper && before && sameByStat(stats, before)) continue;
      found.rows.push(
        row(
          path,
          describe(stats, () => readlinkSync(place(name), 'buffer')),
          stats,
        ),
      );
    }
  });
  return found;
}

/** A plain copy has no upper directory to tell what was touched. */
function sameByStat(now: BigIntStats, before: BigIntStats): boolean {
  return now.size === before.size && now.mtimeNs === before.mtimeNs && now.mode === before.mode;
}

function row(path: RawPath, now: State, stats?: BigIntStats): Row {
  return { path: rawPath.toText(path), now, stamp: now.kind === 'file' && stats ? stampOf(stats) : null };
}

function stampOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string | null {
  const settled = BigInt(Date.now()) * 1_000_000n - RACY_NS;
  return ctimeNs < settled ? `${size} ${mtimeNs} ${ctimeNs} ${ino}` : null;
}

export function describe(stats: BigIntStats, readLink: () => Buffer): State {
  const mode = Number(stats.mode & 0o7777n);
  const kind = kindOf(stats);
  if (kind === 'file') return { kind, mode, size: Number(stats.size), mtime: String(stats.mtimeNs) };
  if (kind === 'folder') return { kind, mode };
  if (kind === 'link') return { kind, target: rawPath.toText(rawPath.fromBytes(readLink())) };
  return { kind };
}
