// The lines of a file that a comment can be on, and GitLab's code for each.
import { createHash } from 'node:crypto';
import type { FileDiff } from '../../git/diff.js';

/** Numbers count from 1; an added line has no old number, a removed one no new number. */
export interface Line {
  old: number | null;
  new: number | null;
}

interface Hunk {
  oldStart: number;
  oldEnd: number;
  /** What to add to an old number behind this hunk. */
  shift: number;
  /** By `old new`: the line code's two numbers. */
  codes: Map<string, string>;
}

/**
 * `SHA1_old_new`, where SHA1 is of the path and the numbers are where both sides stand; undefined for a line that the diff
 * does not have. Unchanged lines outside of its hunks count where both numbers are given and belong together.
 */
export function lineCode({ newPath, patch }: FileDiff, { old: oldLine, new: newLine }: Line): string | undefined {
  const digest = createHash('sha1').update(newPath).digest('hex');
  const hunks = readHunks(patch);
  const numbers = hunks.map(({ codes }) => codes.get(`${oldLine} ${newLine}`)).find(Boolean);
  if (numbers) return `${digest}_${numbers}`;
  if (oldLine === null || newLine === null || oldLine < 1) return undefined;
  if (hunks.some(({ oldStart, oldEnd }) => oldLine >= oldStart && oldLine < oldEnd)) return undefined;
  const shift = hunks.findLast(({ oldEnd }) => oldEnd <= oldLine)?.shift ?? 0;
  return oldLine + shift === newLine ? `${digest}_${oldLine}_${newLine}` : undefined;
}

function readHunks(patch: string): Hunk[] {
  const hunks: Hunk[] = [];
  let oldAt = 0;
  let newAt = 0;
  for (const line of patch.split('\n')) {
    const [, oldStart, newStart] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line) ?? [];
    if (oldStart !== undefined) {
      oldAt = Number(oldStart);
      newAt = Number(newStart);
      hunks.push({ oldStart: oldAt, oldEnd: oldAt, shift: newAt - oldAt, codes: new Map() });
      continue;
    }
    const hunk = hunks.at(-1);
    const sign = line[0];
    if (!hunk || sign === undefined || sign === '\\') continue;
    const code = `${oldAt}_${newAt}`;
    if (sign === '+') hunk.codes.set(`null ${newAt}`, code);
    else if (sign === '-') hunk.codes.set(`${oldAt} null`, code);
    else hunk.codes.set(`${oldAt} ${newAt}`, code);
    if (sign !== '+') oldAt += 1;
    if (sign !== '-') newAt += 1;
    hunk.oldEnd = oldAt;
    hunk.shift = newAt - oldAt;
  }
  return hunks;
}
