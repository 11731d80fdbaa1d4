// What `git diff` finds between two revisions.
import type { Repository } from './repository.js';

/** The tree without anything in it: what a first commit is compared with. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export interface FileDiff {
  oldPath: string;
  newPath: string;
  /** `0` where there is no such file. */
  oldMode: string;
  newMode: string;
  status: 'added' | 'deleted' | 'modified' | 'renamed';
  /** From the first `@@` on; `Binary files ... differ` for those, empty for a mere rename. */
  patch: string;
}

/** The files that differ between two revisions, renames found as GitLab finds them. */
export function readDiff(repository: Repository, from: string, to: string): FileDiff[] {
  const options = ['--no-color', '--no-ext-diff', '--no-textconv', '--find-renames=50%', '--abbrev=40'];
  const fields = repository.git('diff', '--raw', '-z', ...options, from, to, '--').split('\0');
  const patches = splitPatches(repository.git('diff', '--patch', '--full-index', ...options, from, to, '--'));
  const diffs: FileDiff[] = [];
  for (let at = 0; fields[at]; ) {
    const [, oldMode = '', newMode = '', letter = ''] = /^:(\d+) (\d+) \w+ \w+ (\w)/.exec(fields[at] ?? '') ?? [];
    const renamed = letter === 'R' || letter === 'C';
    const oldPath = fields[at + 1] ?? '';
    const newPath = renamed ? (fields[at + 2] ?? '') : oldPath;
    at += renamed ? 3 : 2;
    // A file that became a link, say, is shown as a deletion and an addition.
    const patch = (patches.shift() ?? '') + (letter === 'T' ? (patches.shift() ?? '') : '');
    diffs.push({
      oldPath,
      newPath,
      oldMode: withoutZeros(oldMode),
      newMode: withoutZeros(newMode),
      status: letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : renamed ? 'renamed' : 'modified',
      patch,
    });
  }
  return diffs;
}

/** No line of a hunk begins with `diff --git`, so that is where a file starts. */
function splitPatches(text: string): string[] {
  return text
    .split(/^(?=diff --git )/m)
    .filter(Boolean)
    .map((section) => {
      const start = section.search(/^(@@ |Binary files )/m);
      return start < 0 ? '' : section.slice(start);
    });
}

const withoutZeros = (mode: string): string => (/^0+$/.test(mode) ? '0' : mode);
