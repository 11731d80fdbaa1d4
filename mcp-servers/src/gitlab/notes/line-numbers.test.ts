import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lineNumbers } from './line-numbers.js';

/** The hunks that Git makes of two versions of a file, as GitLab answers them. */
function diffOf(before: string[], after: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'a'), before.map((line) => `${line}\n`).join(''));
  writeFileSync(join(folder, 'b'), after.map((line) => `${line}\n`).join(''));
  const { stdout } = spawnSync('git', ['diff', '--no-index', 'a', 'b'], { cwd: folder, encoding: 'utf8' });
  return stdout.slice(stdout.indexOf('@@'));
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);

test('every line of either side has the numbers that a comparison of all lines gives', () => {
  const before = numbered(60);
  const after = [...before];
  after.splice(50, 0, 'new near the end');
  after.splice(20, 3, 'replaced 21', 'replaced 22');
  after.splice(0, 1, 'first a', 'first b');
  const diff = diffOf(before, after);
  expect(diff.match(/^@@/gm)).toHaveLength(3);
  for (const [index, line] of after.entries()) {
    const old = before.indexOf(line) + 1;
    const expected = { ...(old > 0 && { old_line: old }), new_line: index + 1 };
    expect(lineNumbers({ diff, change: 'modified' }, { side: 'new', line: index + 1 })).toEqual(expected);
  }
  for (const [index, line] of before.entries()) {
    const fresh = after.indexOf(line) + 1;
    const expected = { old_line: index + 1, ...(fresh > 0 && { new_line: fresh }) };
    expect(lineNumbers({ diff, change: 'modified' }, { side: 'old', line: index + 1 })).toEqual(expected);
  }
});

test('an added file has its own lines and no others', () => {
  const diff = '@@ -0,0 +1,2 @@\n+one\n+two\n';
  expect(lineNumbers({ diff, change: 'added' }, { side: 'new', line: 2 })).toEqual({ new_line: 2 });
  expect(lineNumbers({ diff, change: 'added' }, { side: 'new', line: 3 })).toBeUndefined();
  expect(lineNumbers({ diff, change: 'added' }, { side: 'old', line: 1 })).toBeUndefined();
});

test('a deleted file has old lines only', () => {
  const diff = '@@ -1,2 +0,0 @@\n-one\n-two\n';
  expect(lineNumbers({ diff, change: 'deleted' }, { side: 'old', line: 1 })).toEqual({ old_line: 1 });
  expect(lineNumbers({ diff, change: 'deleted' }, { side: 'new', line: 1 })).toBeUndefined();
});

test('a missing newline at the end of the file is no line', () => {
  const diff = '@@ -1 +1,2 @@\n-one\n\\ No newline at end of file\n+one\n+two\n';
  expect(lineNumbers({ diff, change: 'modified' }, { side: 'new', line: 2 })).toEqual({ new_line: 2 });
  expect(lineNumbers({ diff, change: 'modified' }, { side: 'old', line: 1 })).toEqual({ old_line: 1 });
});

test('the file names that old instances send are not lines', () => {
  const diff = '--- a/x\n+++ b/x\n@@ -5,2 +5,2 @@\n-five\n+cinco\n six\n';
  expect(lineNumbers({ diff, change: 'modified' }, { side: 'old', line: 1 })).toEqual({ old_line: 1, new_line: 1 });
  expect(lineNumbers({ diff, change: 'modified' }, { side: 'old', line: 5 })).toEqual({ old_line: 5 });
  expect(lineNumbers({ diff, change: 'modified' }, { side: 'new', line: 6 })).toEqual({ old_line: 6, new_line: 6 });
});
