// A file that went and one that came with the same content are one renamed file.
import { posix } from 'node:path';
import type { Change } from '../changes/types.js';

/** What is to be done pairs with its like, and so does what was applied. In the order of `changes`. */
export function pairRenames(changes: readonly Change[]): Change[] {
  const order = new Map(changes.map(({ path }, i) => [path, i]));
  const done = changes.filter(({ applied }) => applied);
  if (done.length === 0) return pairAlike(changes);
  const pending = changes.filter(({ applied }) => !applied);
  return [...pairAlike(pending), ...pairAlike(done)].sort(
    (a, b) => (order.get(a.path) ?? 0) - (order.get(b.path) ?? 0),
  );
}

/** Pairs deleted with added files of equal, non-empty content: one to one, first those that kept their name. */
function pairAlike(changes: readonly Change[]): Change[] {
  const sources = new Map<Change, Change>();
  const taken = new Set<Change>();
  for (const keyOf of [contentAndName, content]) {
    const gone = new Map<string, Change[]>();
    for (const change of changes) {
      if (!isGone(change) || taken.has(change)) continue;
      const key = keyOf(change.oldSha256, change);
      const alike = gone.get(key);
      if (alike) alike.push(change);
      else gone.set(key, [change]);
    }
    for (const change of changes) {
      if (change.kind !== 'added' || sources.has(change)) continue;
      const source = gone.get(keyOf(change.newSha256, change))?.shift();
      if (!source) continue;
      sources.set(change, source);
      taken.add(source);
    }
  }
  return changes.filter((change) => !taken.has(change)).map((change) => renamed(change, sources.get(change)));
}

function content(sha256: string | null): string {
  return sha256 ?? '';
}

function contentAndName(sha256: string | null, { path }: Change): string {
  return `${sha256} ${posix.basename(path)}`;
}

function renamed(change: Change, source: Change | undefined): Change {
  if (!source) return change;
  const { oldMode, oldSha256, oldSize } = source;
  return { ...change, kind: 'renamed', from: source.path, oldMode, oldSha256, oldSize };
}

function isGone(change: Change): boolean {
  return change.kind === 'deleted' && change.oldMode !== '120000' && change.oldSize !== 0;
}
