import { expect, test } from 'vitest';
import { columnsOf, windowOf } from './input-row.js';

test.each([
  ['abc', 3],
  ['東京', 4],
  ['e\u0301', 1],
  ['👋', 2],
  ['', 0],
])('%j takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

test.each([
  ['fits', 4, 10, { text: 'fits', cursor: 4 }],
  ['in the middle', 2, 20, { text: 'in the middle', cursor: 2 }],
  ['0123456789', 10, 4, { text: '6789', cursor: 4 }],
  ['0123456789', 0, 4, { text: '0123', cursor: 0 }],
  ['0123456789', 5, 4, { text: '1234', cursor: 4 }],
  ['東京都', 3, 5, { text: '京都', cursor: 4 }],
  ['two\nlines\tand', 13, 40, { text: 'two⏎lines and', cursor: 13 }],
  ['\x1b[2Jx', 5, 40, { text: 'x', cursor: 1 }],
])('%j with the cursor at %i in %i columns', (line, cursor, room, window) => {
  expect(windowOf(line, cursor, room)).toEqual(window);
});
