import { describe, expect, test } from 'vitest';
import { checkLink, checkName } from './names.js';

describe('names on Windows', () => {
  test.each(['a\\..\\..\\b', 'c:x', 'con', 'dir/NUL.txt', 'trailing.', 'trailing ', 'what?', 'tab\t', 'lpt1'])(
    '%j is refused',
    (path) => expect(() => checkName(path, 'win32')).toThrow('Windows does not allow'),
  );
  test.each(['console', 'a/nullable.ts', '.gitignore', 'with space'])('%j is fine', (path) =>
    expect(() => checkName(path, 'win32')).not.toThrow(),
  );
});

test('a name that is not UTF-8 is for Linux only', () => {
  expect(() => checkName('caf\udce9', 'linux')).not.toThrow();
  expect(() => checkName('caf\udce9', 'darwin')).toThrow('not UTF-8');
});

describe('links', () => {
  test.each([
    ['a/l', '../b', 'b'],
    ['a/l', './b/', 'a/b'],
    ['a/l', '..', '.'],
    ['l', '.', '.'],
    ['a/b/l', '../../..a', '..a'],
  ])('from %s to %s leads to %s', (path, target, place) => expect(checkLink(path, Buffer.from(target))).toBe(place));
  test.each([
    ['l', '..'],
    ['l', ''],
    ['a/l', '../../b'],
    ['l', '/'],
    ['l', 'C:/x'],
    ['l', '\\\\host\\share'],
    ['l', 'a/../b'],
    ['l', 'a/b/..'],
    ['l', 'sub/.git/config'],
  ])('from %s to %j are refused', (path, target) => expect(() => checkLink(path, Buffer.from(target))).toThrow());
});
