// Brings back the files of a checkpoint that the session went back to, or whose sandbox is gone.
import type { Keeper } from '../keeper/index.js';
import type { Session } from '../session/index.js';

/** Paths that are named; the others are counted. */
const mostNamed = 20;

/** Does nothing where the files are as they should be. Throws what the keeper throws; then they are due still. */
export async function restoreFiles(session: Session, keeper: Keeper): Promise<void> {
  const { unrestored, sandbox } = session.facts;
  if (unrestored === undefined || sandbox === undefined) return;
  const { conflicts } = await keeper.restore(unrestored);
  if (conflicts.length > 0) session.record({ kind: 'notice', text: describe(conflicts) });
  session.record({ kind: 'sandbox', id: sandbox, restored: unrestored });
}

function describe(conflicts: readonly { path: string; reason: string }[]): string {
  const lines = conflicts.slice(0, mostNamed).map(({ path, reason }) => `Not brought back: ${path}: ${reason}`);
  const more = conflicts.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
