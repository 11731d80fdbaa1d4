import { expect, test } from 'vitest';
import { withoutComments } from './jsonc.js';

test('comments and trailing commas go, and strings stay', () => {
  const text = `\uFEFF{
    // a comment, with "quotes"
    "url": "https://x.example/a//b", /* and , } another */
    "list": ["/* no comment */", "a,}", "\\"//",],
  }`;
  expect(JSON.parse(withoutComments(text))).toEqual({
    url: 'https://x.example/a//b',
    list: ['/* no comment */', 'a,}', '"//'],
  });
});

test('an error is told at the line where it stands', () => {
  const lines = withoutComments('{ /* two\nlines */ "a": x }').split('\n');
  expect(lines[1]).toContain('"a": x');
});

test.each(['/*'.repeat(200_000), '"'.repeat(200_001), `[${', '.repeat(100_000)}`])(
  'whatever it holds, it is read once',
  (text) => expect(withoutComments(text).length).toBe(text.length),
);
