import { expect, test } from 'vitest';
import { hiddenKinds } from './hidden.js';

test('hidden characters are counted by kind', () => {
  const tags = String.fromCodePoint(0xe0068, 0xe0069);
  expect([...hiddenKinds(`a${tags}b\u200bc\u202ed\u202c\x07`)]).toEqual([
    ['Unicode tags', 2],
    ['zero-width characters', 1],
    ['direction controls', 2],
    ['control characters', 1],
  ]);
});

test('what ordinary text needs does not count', () => {
  const family = String.fromCodePoint(0x1f468, 0x200d, 0x1f469);
  expect(hiddenKinds(`one\r\n\ttwo ${family} é 中文`).size).toBe(0);
});

test('what no kind names is still told', () => {
  expect([...hiddenKinds('soft\u00adhyphen')]).toEqual([['other invisible characters', 1]]);
});
