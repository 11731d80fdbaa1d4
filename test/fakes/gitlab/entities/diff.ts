import type { FileDiff } from '../git/diff.js';

/** GitLab's `Diff`. `unidiff` puts the two lines with the names before the hunks. */
export function diffEntity(diff: FileDiff, { unidiff = false } = {}) {
  const { oldPath, newPath, patch, status } = diff;
  const names = [
    `--- ${status === 'added' ? '/dev/null' : `a/${oldPath}`}`,
    `+++ ${status === 'deleted' ? '/dev/null' : `b/${newPath}`}`,
  ];
  return {
    diff: unidiff && patch.startsWith('@@') ? `${names.join('\n')}\n${patch}` : patch,
    collapsed: false,
    too_large: false,
    new_path: newPath,
    old_path: oldPath,
    a_mode: diff.oldMode,
    b_mode: diff.newMode,
    new_file: status === 'added',
    renamed_file: status === 'renamed',
    deleted_file: status === 'deleted',
    generated_file: false,
  };
}
