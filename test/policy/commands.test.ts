// Command lines at random, held against what shells do with them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catches, covers, parseCommandPattern, quoteWords, takeApart } from '../../agent/src/policy/commands/index.js';
import { callsOf } from './shells.js';

const npmTest = parseCommandPattern('npm test');
const curl = parseCommandPattern('curl **');
const allowed = (line: string) => takeApart(line).every((part) => covers(npmTest, part));
const caught = (line: string) => takeApart(line).some((part) => catches(curl, part) !== 'no');

/** Pieces of which every line that is made stays within its folder. */
const pieces = [
  ...[
    'npm',
    'test',
    'npm test',
    'npm test',
    'npm test',
    'curl',
    'curl x',
    'x',
    'curl',
    '$x',
    '"$x"',
    '-c',
    '-n',
    '5',
    'A=1',
    'x=curl',
    'x=y',
  ],
  ...[
    ';',
    '&&',
    '||',
    '|',
    '&',
    '|&',
    '\n',
    '(',
    ')',
    '{',
    '}',
    '!',
    '#',
    '\\',
    '"',
    "'",
    '`',
    '$(',
    ')',
    '$',
    '=',
    '<(',
    '${x:-',
    '}',
  ],
  ...[
    'sh -c',
    'bash -c',
    'eval',
    'env',
    'timeout 5',
    'nice',
    'nohup',
    'xargs',
    'exec',
    'command',
    'builtin',
    'time',
    'cat',
    'find . -exec',
    '{} ;',
  ],
  ...[
    'if',
    'then',
    'else',
    'fi',
    'do',
    'done',
    'for x in',
    'case x in',
    'x)',
    ';;',
    'esac',
    '[[',
    ']]',
    'f() {',
    'coproc',
  ],
  ...[
    '> out',
    '2>&1',
    '< in',
    '<<< x',
    '<<EOF\n',
    "<<$'EOF'\n",
    "$'a\\'",
    '[[ x &&',
    '((',
    '52>&1',
    '<<"EOF"\n',
    '\nEOF\n',
    '*',
    '{a,b}',
    "$'",
    "\\x63url'",
    '\\\n',
    '\t',
    '\r',
    '\u00a0',
    '-',
    '@',
    '@(',
    '?',
  ],
  ...['alias npm=curl', 'set -- curl', '"$@"', '$1', 'trap', 'EXIT', 'cd ..', 'true', ':', 'return', 'echo', 'printf'],
];
const jumble = fc
  .array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom('', ' ', ' ', ' ')), { minLength: 1, maxLength: 14 })
  .map((all) => all.flat().join(''));

/** Sound lines that run `npm test` in many ways. */
const { sound } = fc.letrec<{ sound: string }>((tie) => ({
  sound: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 3, arbitrary: fc.constantFrom('npm test', "npm 'test'", 'timeout 5 npm test', 'nice npm test') },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('sound'), fc.constantFrom('; ', ' && ', ' || ', ' | ', ' & ', '\n'), tie('sound'))
        .map((all) => all.join('')),
    },
    { weight: 1, arbitrary: tie('sound').map((line) => `(${line})`) },
    { weight: 1, arbitrary: tie('sound').map((line) => `{ ${line}\n}`) },
    { weight: 1, arbitrary: tie('sound').map((line) => `sh -c ${quoteWords(['', line]).slice(3)}`) },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('sound'), tie('sound')).map(([one, other]) => `if ${one}\nthen ${other}\nfi`),
    },
    { weight: 1, arbitrary: tie('sound').map((line) => `for x in 1 2; do ${line}\ndone`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('sound'), fc.constantFrom('> out', '2>&1', '&> /dev/null', '<<< x', '<<E\nx\nE\n'))
        .map((all) => all.join(' ')),
    },
  ),
}));

/** Sound lines with something put in anywhere. */
const almostSound = fc
  .tuple(sound, fc.array(fc.tuple(fc.nat(), fc.constantFrom(...pieces)), { maxLength: 2 }))
  .map(([line, all]) =>
    all.reduce((text, [place, piece]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + piece + text.slice(at);
    }, line),
  );
const lines = fc.oneof(jumble, almostSound);

describe('a shell', () => {
  test('runs "npm test" and nothing else for a line that the rule "npm test" allows', () => {
    fc.assert(
      fc.property(lines, (line) => {
        if (!allowed(line)) return;
        for (const call of callsOf(line)) expect(call).toEqual(['npm', 'test']);
      }),
      { numRuns: 400 },
    );
  });

  test('never runs curl for a line that the rule "curl **" does not catch', () => {
    fc.assert(
      fc.property(lines, (line) => {
        if (!/c.?u.?r.?l|63/s.test(line) || caught(line)) return;
        expect(callsOf(line).filter(([program]) => program === 'curl')).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
  });
});

const separator = fc.constantFrom(';', '&&', '||', '|', '|&', '&', '\n', ' ; ', '\t&&\n');

test('an allowed command does not allow what follows it', () => {
  fc.assert(
    fc.property(separator, fc.string({ unit: 'binary' }), (between, rest) => {
      expect(allowed(`npm test${between}other ${rest}`)).toBe(false);
      expect(allowed(`other ${rest}${between}npm test`)).toBe(false);
    }),
  );
});

test('nothing that is put around or into an allowed command makes another one run unseen', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
      const line = `${before}npm test${after}`;
      if (!allowed(line)) return;
      expect(callsOf(line).filter((call) => call.join(' ') !== 'npm test')).toEqual([]);
    }),
  );
});

const words = fc.array(
  fc.string().filter((word) => !/[\r\n]|[^\P{C}\t]|[^\P{Z} ]|\[.*(\$\(|`)/su.test(word)),
  { maxLength: 5 },
);

test('however words are quoted, they are the same words', () => {
  fc.assert(
    fc.property(words, fc.infiniteStream(fc.nat({ max: 3 })), (rest, choices) => {
      const all = ['program', ...rest];
      const line = all.map((word) => quotings[choices.next().value ?? 0]?.(word)).join(' ');
      expect(valuesOf(line)).toEqual(all);
      expect(valuesOf(quoteWords(all))).toEqual(all);
      expect(takeApart(line).every((part) => covers(parseCommandPattern(quoteWords(all)), part))).toBe(true);
    }),
  );
});

const quotings = [
  (word: string) => quoteWords([word]),
  (word: string) => `'${word.replaceAll("'", `'\\''`)}'`,
  (word: string) => `"${word.replace(/["$`\\]/g, '\\$&')}"`,
  (word: string) => (word === '' ? `''` : word.replace(/./gsu, '\\$&')),
];

function valuesOf(line: string): (string | undefined)[] {
  const [part, ...more] = takeApart(line);
  expect(more).toEqual([]);
  return part?.views[0]?.words.map(({ value }) => value) ?? [];
}

test('what is not understood is found quickly', () => {
  const hostile = [
    '(',
    '$(',
    '`',
    '{ ',
    '"$(',
    '((',
    '[[ ',
    'if ',
    '<(',
    '${x:-',
    '<<E\n',
    'case x in ',
    "sh -c '",
    'nice ',
    'sudo ',
    'x;',
    'a=(',
    '@(',
    '\\',
  ];
  for (const piece of hostile) expect([piece, allowed(piece.repeat(8_000))]).toEqual([piece, false]);
});
