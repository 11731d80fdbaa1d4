// Finds the changes to paths that somebody chose.
import { SandboxError } from '../errors.js';
import type { Change } from './types.js';

/**
 * One change a path. A path is looked for among what Git does not ignore first, for that is what most lists show: with
 * ignored files among them a deleted file may be a renamed one. Throws `change-unknown`.
 */
export async function pick(
  paths: readonly string[],
  changes: (includeIgnored: boolean) => Promise<readonly Change[]>,
): Promise<Change[]> {
  const usual = byPath(await changes(false));
  const all = paths.every((path) => usual.has(path)) ? usual : byPath(await changes(true));
  return [...new Set(paths)].map((path) => {
    const change = usual.get(path) ?? all.get(path);
    if (change) return change;
    throw new SandboxError(
      'change-unknown',
      `${JSON.stringify(path)} is not among the changes.`,
      'Ask for the changes again and name paths they list.',
    );
  });
}

function byPath(changes: readonly Change[]): Map<string, Change> {
  return new Map(changes.map((change) => [change.path, change]));
}
