import { expect, test } from 'vitest';
import { countLines } from './diff-stat.js';

test('counts what each file gains and loses, and takes no content for a header', () => {
  const patch = [
    'diff --git a/src/a.js b/src/a.js',
    'index 1..2 100644',
    '--- a/src/a.js',
    '+++ b/src/a.js',
    '@@ -1,3 +1,4 @@',
    ' same',
    '--- a/fake',
    '+++ b/fake',
    '+@@ -1 +1 @@',
    ' same',
    '@@ -10 +11 @@',
    '-old',
    '\\ No newline at end of file',
    '+new',
    'diff --git a/gone b/gone',
    'deleted file mode 100644',
    '--- a/gone',
    '+++ /dev/null',
    '@@ -1,2 +0,0 @@',
    '-a',
    '-b',
    'diff --git a/x.png b/x.png',
    'Binary files a/x.png and b/x.png differ',
    '',
  ].join('\n');
  expect([...countLines(patch)]).toEqual([
    ['src/a.js', { added: 3, removed: 2 }],
    ['gone', { added: 0, removed: 2 }],
  ]);
});

test.each([
  ['"b/\\303\\266\\"x\\n\\\\"', 'ö"x\n\\'],
  ['b/with space\t', 'with space'],
  ['b/plain', 'plain'],
])('a file that Git writes as %s has its name', (field, name) => {
  expect([...countLines(`--- /dev/null\n+++ ${field}\n@@ -0,0 +1 @@\n+x\n`).keys()]).toEqual([name]);
});
