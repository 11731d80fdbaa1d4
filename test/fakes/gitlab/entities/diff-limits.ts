// How much of a diff GitLab shows: it leaves out what is too large, and folds what is long once there is a lot.
import type { FileDiff } from '../git/diff.js';
import { diffEntity } from './diff.js';

/** GitLab's defaults: bytes of one patch that are too many. */
const TOO_LARGE = 200 * 1024;
/** Files, lines and bytes of all patches before one, from which on it is folded. */
const SAFE = { files: 100, lines: 5000, bytes: 500 * 1024 };

/**
 * GitLab's `Diff` entities, some without their text: `too_large`, and, unless `expanded`, `collapsed` for what comes after
 * a lot.
 */
export function limitedDiffs(diffs: readonly FileDiff[], options: { unidiff?: boolean; expanded?: boolean }) {
  const seen = { files: 0, lines: 0, bytes: 0 };
  return diffs.map((diff) => {
    const bytes = Buffer.byteLength(diff.patch);
    const over = seen.files >= SAFE.files || seen.lines >= SAFE.lines || seen.bytes >= SAFE.bytes;
    const entity = diffEntity(diff, options);
    if (bytes > TOO_LARGE) return { ...entity, diff: '', too_large: true };
    if (over && !options.expanded) return { ...entity, diff: '', collapsed: true };
    seen.files += 1;
    seen.lines += diff.patch.split('\n').length;
    seen.bytes += bytes;
    return entity;
  });
}
