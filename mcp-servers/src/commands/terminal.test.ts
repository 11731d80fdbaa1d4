import { expect, test } from 'vitest';
import { cleanTerminal, unfinishedLength } from './terminal.js';

test.each([
  ['colors', '\x1b[1;31mred\x1b[0m plain', 'red plain'],
  ['cursor movement', '\x1b[2K\x1b[1Gdone\x1b[?25h', 'done'],
  ['titles and links', '\x1b]0;title\x07\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\', 'link'],
  ['character sets', '\x1b(Btext\x1b7', 'text'],
  ['progress bars', ' 10%\r 50%\r100%\ndone', '100%\ndone'],
  ['a progress bar that ends with a return', ' 10%\r 50%\r', ' 50%'],
  ['line ends of Windows', 'a\r\nb\r\r\n', 'a\nb\n'],
  ['bold and underlined by backspaces', 'b\bbo\bol\bld\bd _\bx', 'bold x'],
  ['bells and NUL', 'a\x07b\0c\td', 'abc\td'],
  ['half a surrogate pair', 'a\ud83d', 'a\ufffd'],
])('%s', (_, written, read) => expect(cleanTerminal(written)).toBe(read));

test.each([
  ['plain', 0],
  ['x\x1b', 1],
  ['x\x1b[1;3', 5],
  ['x\x1b]0;tit', 7],
  ['x\x1b[0m', 0],
])('%j may be followed by the rest of a sequence that began %i characters before', (text, length) =>
  expect(unfinishedLength(text)).toBe(length),
);

test('hostile output is cleaned in linear time', () => {
  for (const text of ['\r', '\x1b[', '\x1b]', '\b', '\x1b[1', '1\r', '\x9b0']) {
    expect(cleanTerminal(text.repeat(1_000_000)).length).toBeLessThan(3_000_000);
  }
});
