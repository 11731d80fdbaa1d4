// Turns a touched path into a change, or into nothing when both sides turn out equal.
import { createHash } from 'node:crypto';
import type { Change } from '../changes/types.js';
import type { Base } from './base.js';
import { type RawPath, rawPath } from './raw-path.js';
import type { Tree } from './tree.js';
import type { Touched, Trees } from './walk.js';

interface Side {
  readonly mode: '100644' | '100755' | '120000';
  readonly sha256: string;
  readonly size: number;
  readonly binary: boolean;
}

/** What is to do in the workspace, or was done there already. Throws where a side cannot be read. */
export async function compare(
  trees: Trees,
  base: Base,
  touched: Touched,
  signal: AbortSignal,
): Promise<Change | undefined> {
  const { path } = touched;
  const snapshot = await describe(trees.lower, path, touched.old, signal);
  const now = await describe(trees.workspace, path, touched.now, signal);
  const applied = base.get(path);
  if (applied === undefined) return changeOf(path, snapshot, now);
  const pending = changeOf(path, applied ?? undefined, now);
  if (pending) return pending;
  const done = changeOf(path, snapshot, now);
  return done && { ...done, applied: true };
}

function changeOf(path: RawPath, old: Side | undefined, now: Side | undefined): Change | undefined {
  const kind = kindOfChange(old, now);
  return (
    kind && {
      path: rawPath.toText(path),
      kind,
      oldMode: old?.mode ?? null,
      newMode: now?.mode ?? null,
      oldSha256: old?.sha256 ?? null,
      newSha256: now?.sha256 ?? null,
      oldSize: old?.size ?? null,
      newSize: now?.size ?? null,
      binary: (old?.binary ?? false) || (now?.binary ?? false),
    }
  );
}

function kindOfChange(old: Side | undefined, now: Side | undefined): Change['kind'] | undefined {
  if (!now) return old && 'deleted';
  const sameContent = old?.sha256 === now.sha256;
  if (sameContent && old.mode === now.mode) return undefined;
  if (now.mode === '120000') return 'symlink';
  if (!old) return 'added';
  return sameContent && old.mode !== '120000' ? 'mode' : 'modified';
}

async function describe(
  tree: Tree,
  path: string,
  kind: 'file' | 'link' | undefined,
  signal: AbortSignal,
): Promise<Side | undefined> {
  if (kind === undefined) return undefined;
  if (kind === 'link') {
    const target = tree.readLink(path);
    return { mode: '120000', sha256: sha256Of(target), size: target.length, binary: false };
  }
  const stats = tree.stat(path);
  const hash = createHash('sha256');
  let size = 0;
  let binary = false;
  for await (const chunk of tree.content(path)) {
    signal.throwIfAborted();
    if (size === 0) binary = chunk.subarray(0, 8000).includes(0);
    hash.update(chunk);
    size += chunk.length;
  }
  const executable = ((stats?.mode ?? 0n) & 0o100n) !== 0n;
  return { mode: executable ? '100755' : '100644', sha256: hash.digest('hex'), size, binary };
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
