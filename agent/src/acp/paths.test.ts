import { join } from 'node:path';
import { expect, test } from 'vitest';
import { absolute, locations, relativeTo } from './paths.js';

const root = join('/home', 'me', 'shop');

test.each([
  ['src/a.ts', join(root, 'src', 'a.ts')],
  ['./src//a.ts', join(root, 'src', 'a.ts')],
  ['.', root],
  ['/workspace/src/a.ts', join(root, 'src', 'a.ts')],
  ['/workspace', root],
  ['/etc/passwd', undefined],
  ['../other', undefined],
  ['src/../../other', undefined],
  ['/workspace/../etc', undefined],
  ['a\0b', undefined],
])('%j lies at %s', (path, file) => {
  expect(absolute(root, path)).toBe(file);
});

test('what lies outside has no place in the editor', () => {
  expect(locations(root, [{ path: '/etc/passwd' }, { path: 'a', line: 3 }])).toEqual([
    { path: join(root, 'a'), line: 3 },
  ]);
});

test.each([
  [join(root, 'src', 'a.ts'), 'src/a.ts'],
  [root, '.'],
  [join(root, '..hidden'), '..hidden'],
  [join('/home', 'me'), undefined],
  [join('/home', 'me', 'shopping'), undefined],
])('%s is %s from the root', (file, path) => {
  expect(relativeTo(root, file)).toBe(path);
});
