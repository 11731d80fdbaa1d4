import { expect, test } from 'vitest';
import { boundText, toResultBlocks } from './content.js';

test('a text within the bound is as it was', () => {
  expect(boundText('abc', 3)).toBe('abc');
});

test('a longer one keeps its beginning and its end', () => {
  expect(boundText('0123456789', 5)).toBe('012\n[5 characters left out here: ask for less at a time.]\n89');
});

test('a character that the cut divides does not become half a character', () => {
  expect(boundText(`01${'👋'.repeat(5)}`, 5).isWellFormed()).toBe(true);
});

test('the bound holds for all texts of a result together', () => {
  const blocks = toResultBlocks([
    { type: 'text', text: 'a'.repeat(3_900_000) },
    { type: 'text', text: 'b'.repeat(3_900_000) },
  ]);
  expect(JSON.stringify(blocks).length).toBeLessThan(4_001_000);
});

test('images the API takes are passed on, others are named', () => {
  expect(
    toResultBlocks([
      { type: 'image', mimeType: 'image/png', data: 'AAAA' },
      { type: 'image', mimeType: 'image/tiff', data: 'AAAA' },
    ]),
  ).toEqual([
    { type: 'image', mediaType: 'image/png', data: 'AAAA' },
    { type: 'text', text: '[An image of type image/tiff that cannot be shown was left out.]' },
  ]);
});

test('nothing at all is said to be empty', () => {
  expect(toResultBlocks([])).toEqual([{ type: 'text', text: '(empty)' }]);
});
