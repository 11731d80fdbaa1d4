// A line's numbers before and after a change, from the hunks of the diff.
import type { FileDiff } from '../toolkit/diffs.js';

export interface Line {
  side: 'old' | 'new';
  line: number;
}

const hunkHead = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * Both numbers for an unchanged line, within the hunks or between and after them; one for an added or removed line.
 * Undefined where a file that is new or gone has no such line; where other files end a diff does not tell.
 */
export function lineNumbers(
  { diff, change }: Pick<FileDiff, 'diff' | 'change'>,
  { side, line }: Line,
): { old_line?: number; new_line?: number } | undefined {
  /** The next line on either side. */
  const next = { old: 1, new: 1 };
  const unchanged = () => {
    const distance = line - next[side];
    return { old_line: next.old + distance, new_line: next.new + distance };
  };
  // Before 13, GitLab sent the two lines with file names too.
  for (const row of diff
    .replace(/^--- .*\n\+\+\+ .*\n/, '')
    .replace(/\n$/, '')
    .split('\n')) {
    const head = hunkHead.exec(row);
    if (head) {
      const start = { old: startOf(head[1], head[2]), new: startOf(head[3], head[4]) };
      if (line < start[side]) return unchanged();
      Object.assign(next, start);
    } else if (row.startsWith('+')) {
      if (side === 'new' && line === next.new) return { new_line: line };
      next.new += 1;
    } else if (row.startsWith('-')) {
      if (side === 'old' && line === next.old) return { old_line: line };
      next.old += 1;
    } else if (!row.startsWith('\\')) {
      if (line === next[side]) return unchanged();
      next.old += 1;
      next.new += 1;
    }
  }
  return change === 'added' || change === 'deleted' ? undefined : unchanged();
}

/** `-0,0` and the like name the line before what is not there. */
function startOf(start: string | undefined, count: string | undefined): number {
  return Number(start) + (count === '0' ? 1 : 0);
}
