import { describe, expect, test } from 'vitest';
import { reveal } from './index.js';

const tags = (text: string) => Array.from(text, (c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('');
const selectors = (text: string) =>
  Array.from(Buffer.from(text), (byte) => String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16)).join(
    '',
  );

describe('what is hidden is shown', () => {
  test.each([
    ['an HTML comment', 'a <!-- run rm --> b', 'a [hidden HTML comment: run rm] b'],
    ['a comment over lines', '<!--\nx\ny\n-->z', '[hidden HTML comment: x\ny]z'],
    ['a comment without end', 'a <!-- obey', 'a [unfinished hidden HTML comment: obey]'],
    ['complete short comments', '<!--> a <!---> b', '[hidden HTML comment, empty] a [hidden HTML comment, empty] b'],
    ['an opening in a comment', '<!-- a <!-- b -->', '[hidden HTML comment: a <! -- b]'],
    ['text in tag characters', `hi${tags('obey me')}!`, 'hi[hidden: obey me]!'],
    ['tag characters after a language tag', `\u{E0001}${tags('en')}\u{E007F}`, '[hidden: en]'],
    ['tag characters that spell nothing', 'a\u{E0001}', 'a[U+E0001]'],
    ['a flag that is none', `\u{1F3F4}${tags('run')}\u{E007F}`, '\u{1F3F4}[hidden: run]'],
    ['bytes in variation selectors', `😀${selectors('obey, né')}`, '😀[hidden: obey, né]'],
    ['bytes after an emoji presentation', `❤\uFE0F${selectors('obey')}`, '❤[hidden: obey]'],
    ['selectors that spell nothing', 'a\uFE00\uFE01', 'a[U+FE00 U+FE01]'],
    ['a zero width space', 'pass\u200Bword', 'pass[U+200B]word'],
    ['a zero width joiner in Latin', 'pass\u200Dword', 'pass[U+200D]word'],
    ['two non-joiners in Persian', 'می\u200C\u200Cخواهم', 'می[U+200C x2]خواهم'],
    [
      'a message in zero width bits',
      '\u200B\u200C'.repeat(50),
      '[U+200B U+200C U+200B U+200C U+200B U+200C U+200B U+200C and 92 more]',
    ],
    ['the word joiner and invisible operators', 'a\u2060b\u2062c', 'a[U+2060]b[U+2062]c'],
    ['a byte order mark', '\uFEFFx', '[U+FEFF]x'],
    ['a right-to-left override', 'a\u202Etxt.exe\u202C', 'a[U+202E]txt.exe[U+202C]'],
    ['isolates', 'a\u2066b\u2069', 'a[U+2066]b[U+2069]'],
    ['an override in Hebrew', 'שלום\u202Eabc', 'שלום[U+202E]abc'],
    ['a right-to-left mark in Latin', 'a\u200Fb', 'a[U+200F]b'],
    ['a soft hyphen', 'pass\u00ADword', 'pass[U+00AD]word'],
    ['private use', 'a\uE000\u{F0000}', 'a[U+E000 U+F0000]'],
    ['controls', 'a\0b\x07c\x7Fd\x85e\fg', 'a[U+0000]b[U+0007]c[U+007F]d[U+0085]e[U+000C]g'],
    ['an ANSI escape', '\x1B[31mred\x1B[8mhidden', '[U+001B][31mred[U+001B][8mhidden'],
    ['interlinear annotation', 'a\uFFF9b\uFFFAc\uFFFB', 'a[U+FFF9]b[U+FFFA]c[U+FFFB]'],
    ['Hangul fillers', 'a\u3164b\u115Fc\uFFA0', 'a[U+3164]b[U+115F]c[U+FFA0]'],
    ['lone surrogates', 'a\uD800b\uDC00', 'a[U+D800]b[U+DC00]'],
    ['line and paragraph separators', 'a\u2028b\u2029', 'a[U+2028]b[U+2029]'],
    ['noncharacters', 'a\uFFFE\uFDD0', 'a[U+FFFE U+FDD0]'],
    ['a comment whose opening is broken up', '<!\u200B-- x -->', '<![U+200B]-- x -->'],
    ['a carriage return that hides the line before', 'obey\rfine\r\nend', 'obey\nfine\nend'],
    ['blank lines that push text away', `a${'\n'.repeat(31)}b`, 'a\n[30 blank lines]\nb'],
    ['blank lines of spaces', `a\n${' \t\n'.repeat(30)}b`, 'a\n[30 blank lines]\nb'],
    ['spaces that push text away', `a${' '.repeat(300)}b`, 'a[300 spaces]b'],
    ['wide spaces that push text away', `a${'\u3000'.repeat(201)}b`, 'a[201 spaces]b'],
  ])('%s', (_, text, shown) => {
    expect(reveal(text)).toBe(shown);
    expect(reveal(shown)).toBe(shown);
  });

  test('comments in text that people see as source stay as written', () => {
    expect(reveal('<!-- a -->\u200B', { rendered: false })).toBe('<!-- a -->[U+200B]');
  });
});

describe('ordinary text is unchanged', () => {
  test.each([
    ['code', 'if (a < b && c --> 0) {\n\treturn "<!"; // -->\n}\n'],
    ['indentation and blank lines', `a${' '.repeat(200)}b\n${'\n'.repeat(20)}c\n`],
    ['a table of contents', '| a | b |\n|---|---|\n| `x` | **y** |\n'],
    ['Chinese, Japanese, Korean', '漢字かな交じり文、한국어 문장。全角\u3000空白'],
    ['a variant of an ideograph', '葛\u{E0100}飾区'],
    ['emoji', '😀👍🏽❤️1️⃣©️☎︎'],
    ['emoji sequences', '👩‍👩‍👧‍👦👩🏽‍🚀❤️‍🔥🏳️‍🌈👁️‍🗨️🧑🏿‍🤝‍🧑🏻🤷‍♀️'],
    ['flags', '🇩🇪🏴󠁧󠁢󠁥󠁮󠁧󠁿🏴󠁧󠁢󠁳󠁣󠁴󠁿🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
    ['Arabic and Hebrew', 'مرحبا بالعالم، שלום עולם!\u200F ABC'],
    ['Persian with non-joiners', 'شُ\u200Cد می\u200Cخواهم خانه\u200Cها'],
    ['Hindi and Malayalam with joiners', 'क्\u200Dष ക്\u200D'],
    ['Khmer with break opportunities', 'ភាសា\u200Bខ្មែរ'],
    ['accents, composed and combining', 'é e\u0301 ñ n\u0303 Z\u0351\u0343a\u0334lgo'],
    ['French spaces', 'Quoi\u202F? 10\u00A0%'],
    [
      'markup that renders as nothing',
      '<span style="display:none">x</span> ![alt](u "title")\n[ref]: http://x "t"\n<details>y</details>',
    ],
    ['mathematics', '∩\uFE00 ≤ √2'],
  ])('%s', (_, text) => {
    expect(reveal(text)).toBe(text);
  });
});

test('revealing twice is revealing once, for any mixture', () => {
  const pieces = [
    '<!--',
    '-->',
    '<!',
    '--',
    '>',
    'a',
    ' ',
    '\n',
    '\r',
    '\u200B',
    '\u200D',
    '❤',
    '\uFE0F',
    tags('x'),
    selectors('y'),
    '\x1B[',
    '\uD83D',
    'م',
    '\u202E',
    ' '.repeat(150),
    '\n'.repeat(15),
  ];
  let seed = 1;
  const next = () => {
    seed = (seed * 48271) % 2147483647;
    return pieces[seed % pieces.length] ?? '';
  };
  for (let round = 0; round < 3000; round++) {
    const once = reveal(Array.from({ length: 12 }, next).join(''));
    expect(reveal(once)).toBe(once);
  }
});

test.each([
  ['openings of comments', '<!--'],
  ['ends of comments', '-->'],
  ['empty comments', '<!---->'],
  ['openings cut short', '<!-'],
  ['combining marks', '\u0301'],
  ['zero width characters', '\u200B\u200C\u200D'],
  ['one zero width character', '\u200B'],
  ['hidden characters that take turns with others', 'a\u200B'],
  ['tag characters', tags('abc')],
  ['variation selectors', selectors('abc')],
  ['lone surrogates', '\uD800'],
  ['blank lines', ' \n'],
  ['almost too many spaces', `${' '.repeat(200)}a`],
  ['spaces', ' '],
  ['carriage returns', '\r'],
  ['joiners', '👩\u200D'],
])('a hostile text of a million units of %s is dealt with', (_, unit) => {
  const text = unit.repeat(1_000_000 / unit.length);
  const shown = reveal(text);
  expect(reveal(shown)).toBe(shown);
});
