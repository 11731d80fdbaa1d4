// Which steps bring a copy to a checkpoint.
import { isDeepStrictEqual } from 'node:util';
import type { Copy } from './copy.js';
import type { Entry, Manifest } from './manifest.js';
import type { Row, Step } from './state.js';
import type { KeptContent } from './store.js';

export interface PlannedStep extends Step {
  /** Where the kept bytes are, for a step whose content is a hash. */
  kept?: KeptContent;
}

/**
 * Sorted, so that folders come before what they hold. A path that differs from the snapshot in neither state needs
 * nothing; one that differs now only becomes what the snapshot has; the others become what the checkpoint says.
 */
export function planRestore(
  { entries, sandbox, snapshot }: Manifest,
  rows: ReadonlyMap<string, Row>,
  copy: Pick<Copy, 'id' | 'snapshot'>,
): PlannedStep[] {
  const sameSnapshot = snapshot === copy.snapshot;
  const sameSandbox = sameSnapshot && sandbox === copy.id;
  const steps: PlannedStep[] = [];
  for (const path of [...new Set([...entries.keys(), ...rows.keys()])].sort()) {
    // What lies below goes with it.
    if (ancestors(path).some((above) => isNoFolder(entries.get(above)))) continue;
    const entry = entries.get(path);
    if (!entry) steps.push({ path, make: 'snapshot', was: null, content: null });
    else if (!isThere(entry, rows.get(path), sameSandbox)) steps.push(stepTo(entry, sameSnapshot));
  }
  return steps;
}

/** Of files only their stamps say so; what is no file is told whole. */
function isThere({ now, stamp }: Entry, row: Row | undefined, sameSandbox: boolean): boolean {
  if (!row || !isDeepStrictEqual(row.now, now)) return false;
  return now.kind !== 'file' || (sameSandbox && stamp !== null && stamp === row.stamp);
}

function stepTo({ path, now, was, content }: Entry, sameSnapshot: boolean): PlannedStep {
  const step = { path, make: now, was: sameSnapshot ? null : was };
  if (content === null || content === 'snapshot' || now.kind !== 'file') {
    return { ...step, content: content === 'snapshot' ? content : null };
  }
  return { ...step, content: content.sha256, kept: { pack: content.pack, offset: content.offset, size: now.size } };
}

function isNoFolder(entry: Entry | undefined): boolean {
  return entry !== undefined && entry.now.kind !== 'folder';
}

function ancestors(path: string): string[] {
  const names = path.split('/');
  return names.slice(1).map((_, i) => names.slice(0, i + 1).join('/'));
}
