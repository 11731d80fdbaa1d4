// What the snapshot has at a path, in a form that can be compared when a checkpoint is restored on another snapshot.
import { createHash } from 'node:crypto';
import { type RawPath, rawPath } from './raw-path.js';
import { kindOf, type Tree } from './tree.js';

/**
 * `absent`, `folder MODE`, `file MODE SHA256`, `link SHA256`, `other`; where the session has no folder but the snapshot
 * does, `tree SHA256` over all it holds. A file that may not be read is known by its size and time instead.
 */
export async function fingerprintOf(
  snapshot: Tree,
  path: RawPath,
  deep: boolean,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const stats = snapshot.look(path);
  if (!stats) return 'absent';
  const kind = kindOf(stats);
  const mode = (stats.mode & 0o7777n).toString(8);
  if (kind === 'link') return `link ${sha256(snapshot.readLink(path))}`;
  if (kind === 'file') {
    const content = await contentHash(snapshot, path, signal);
    return `file ${mode} ${content ?? `unread ${stats.size} ${stats.mtimeNs}`}`;
  }
  if (kind !== 'folder') return kind;
  if (!deep) return `folder ${mode}`;
  const hash = createHash('sha256').update(mode);
  for (const name of [...(snapshot.list(path)?.keys() ?? [])].sort()) {
    const inner = await fingerprintOf(snapshot, rawPath.join(path, name), true, signal);
    hash.update('\0').update(rawPath.toBytes(name)).update('\0').update(inner);
  }
  return `tree ${hash.digest('hex')}`;
}

/** Hex; undefined where the file may not be read. */
async function contentHash(tree: Tree, path: RawPath, signal: AbortSignal): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of tree.content(path)) {
      signal.throwIfAborted();
      hash.update(chunk);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
