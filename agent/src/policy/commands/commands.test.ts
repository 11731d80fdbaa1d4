import { describe, expect, test } from 'vitest';
import { catches, covers, parseCommandPattern, quoteWords, sourceOf, takeApart } from './index.js';

/** Whether rules for these commands, and no others, let a line run. */
function allowed(line: string, ...rules: string[]): boolean {
  const patterns = rules.map(parseCommandPattern);
  return takeApart(line).every((part) => patterns.some((pattern) => covers(pattern, part)));
}

/** Whether a rule that forbids a command catches a line. */
function caught(line: string, rule: string): 'yes' | 'maybe' | 'no' {
  const found = takeApart(line).map((part) => catches(parseCommandPattern(rule), part));
  return found.find((one) => one === 'yes') ?? found.find((one) => one === 'maybe') ?? 'no';
}

describe('"npm test" allowed allows', () => {
  test.each([
    'npm test',
    '  npm   test  ',
    'npm\ttest',
    'npm test # and a remark',
    '\n\nnpm test\n',
    'npm \\\n test',
    'npm te\\\nst',
    '"npm" test',
    "'npm' 'test'",
    'n"p"m te\'st\'',
    'n\\pm test',
    'npm test;',
    'npm test; npm test',
    'npm test && npm test || npm test',
    'npm test | npm test',
    'npm test |& npm test',
    'npm test &',
    'npm test & npm test',
    '! npm test',
    'time npm test',
    'time -p npm test',
    '(npm test)',
    '{ npm test; }',
    'if npm test; then npm test; else npm test; fi',
    'while npm test; do npm test; done',
    'for x in 1 2 3; do npm test; done',
    'case a in a) npm test;; esac',
    'npm test 2>&1',
    'npm test >&2',
    'npm test 2>&-',
    'npm test > /dev/null 2>&1',
    'npm test &> /dev/null',
    'npm test > out.txt',
    'npm test >> logs/out.txt',
    'npm test > /workspace/out.txt',
    'npm test > /tmp/out.txt',
    'npm test < input.txt',
    'npm test <<< text',
    'npm test <<EOF\ntext; curl x\nEOF',
    "sh -c 'npm test'",
    'bash -c "npm test"',
    "bash -ec 'npm test'",
    "bash -e -u -o pipefail -c 'npm test'",
    "/bin/sh -c 'npm test && npm test'",
    'sh -c \'sh -c "npm test"\'',
    'timeout 60 npm test',
    'timeout -k 5 -s KILL 60 npm test',
    'timeout --signal=KILL 1m npm test',
    'nice npm test',
    'nice -n 10 npm test',
    'nice -10 npm test',
    'nohup npm test &',
    'command npm test',
    'stdbuf -oL npm test',
    'setsid -w npm test',
    "timeout 60 sh -c 'npm test'",
  ])('%j', (line) => {
    expect(allowed(line, 'npm test')).toBe(true);
  });
});

describe('"npm test" allowed does not allow', () => {
  test.each([
    // Another command beside it
    'npm test; curl x',
    'npm test;curl x',
    'npm test && curl x',
    'npm test || curl x',
    'npm test | curl x',
    'npm test |& curl x',
    'npm test & curl x',
    'npm test\ncurl x',
    'npm test # remark\ncurl x',
    'curl x; npm test',
    '(npm test; curl x)',
    '{ npm test; curl x; }',
    'if curl x; then npm test; fi',
    'while curl x; do npm test; done',
    'until npm test; do curl x; done',
    'for x in $(curl x); do npm test; done',
    'case $(curl x) in *) npm test;; esac',
    'case a in $(curl x)) npm test;; esac',
    // Other words
    'npm',
    'npm tests',
    'npm test x',
    'npm test -- --watch',
    'npm -s test',
    'NPM test',
    'npm Test',
    './npm test',
    '/usr/bin/npm test',
    '../npm test',
    'npm\\ test',
    '"npm test"',
    'npm test ""',
    "npm $'test\\n'",
    'npm test\\;',
    'npm tes{t,}',
    'npm test*',
    'npm t?st',
    'npm [t]est',
    'npm ~',
    '~/npm test',
    // Other shells than Bash
    "npm $'test'",
    "npm $'\\x74est'",
    'npm $"test"',
    'npm test 52>&1',
    "npm test <<$'E'\nE\ncurl x\n$E",
    'npm test <<E"F"\nEF\n',
    // Known only when it runs
    'npm $x',
    'npm test $x',
    'npm "$@"',
    'npm $1',
    '$x',
    '$x npm test',
    '"$x" test',
    '$(echo npm) test',
    '`echo npm` test',
    '{npm,test}',
    'n*m test',
    'npm test $(curl x)',
    'npm test "$(curl x)"',
    'npm test `curl x`',
    'npm test "`curl x`"',
    `npm test \${x:-$(curl x)}`,
    `npm test \${x:=y}`,
    'npm test <(curl x)',
    'npm test > >(curl x)',
    'npm test < <(curl x)',
    'npm test <<< "$(curl x)"',
    'npm test <<EOF\n$(curl x)\nEOF',
    'npm test <<EOF\n`curl x`\nEOF',
    'npm $((1))',
    'npm test $((x=1))',
    '((x=1)); npm test',
    '[[ -v a[$(curl)] ]] && npm test',
    '[[ $x -eq 1 ]] && npm test',
    '[ -f x ] && npm test',
    'let x=1; npm test',
    // Environment
    'FOO=1 npm test',
    'FOO= npm test',
    'FOO=$(x) npm test',
    'FOO=$(curl x) npm test',
    'FOO+=1 npm test',
    'FOO[0]=1 npm test',
    'PATH=. npm test',
    'PATH=.; npm test',
    'LD_PRELOAD=./x.so npm test',
    "NODE_OPTIONS='--require ./x.js' npm test",
    'export PATH=.; npm test',
    'declare -x PATH=.; npm test',
    'for PATH in .; do npm test; done',
    'select PATH in .; do npm test; done',
    'read PATH; npm test',
    'printf -v PATH .; npm test',
    'FOO=1 timeout 5 npm test',
    "FOO=1 sh -c 'npm test'",
    // Other meanings
    'npm() { curl x; }; npm test',
    'function npm { curl x; }; npm test',
    'alias npm=curl; npm test',
    'alias npm=curl\nnpm test',
    'enable -f ./x.so npm; npm test',
    'hash -p ./x npm; npm test',
    'set -- curl; npm test',
    '. ./x; npm test',
    'source ./x; npm test',
    'shopt -s expand_aliases; npm test',
    "trap 'curl x' EXIT; npm test",
    'coproc npm test',
    'coproc x { npm test; }',
    // Redirections
    'npm test > /x',
    'npm test > /etc/passwd',
    'npm test >> /etc/passwd',
    'npm test >| /x',
    'npm test &> /x',
    'npm test &>> /x',
    'npm test >& /x',
    'npm test 2>&-1',
    'npm test >&x',
    'npm test <&-1',
    "sh -sc 'npm test'",
    'npm test <> /x',
    'npm test 3> /x',
    'npm test {fd}> x',
    'npm test > ../x',
    'npm test > a/../../x',
    'npm test > /workspace/../x',
    'npm test > /tmp/../etc/x',
    'npm test > /workspacex/y',
    'npm test > ~/x',
    'npm test > $x',
    'npm test > "$x"/y',
    'npm test > $(curl x)',
    'npm test > *',
    'npm test > /dev/tcp/example.org/80',
    'npm test < /dev/tcp/example.org/80',
    'cd / && npm test > x',
    'command cd / && npm test > x',
    'exec > /x; npm test',
    '> /x; npm test',
    '> x',
    // Launchers
    'env npm test',
    'env FOO=1 npm test',
    'env -S "npm test"',
    'sudo npm test',
    'xargs npm test',
    'echo | xargs npm test',
    'exec npm test',
    'eval npm test',
    "eval 'npm test'",
    'builtin eval npm test',
    'find . -exec npm test ;',
    'watch npm test',
    'parallel npm test',
    "ssh host 'npm test'",
    'npx npm test',
    'busybox npm test',
    './timeout 60 npm test',
    '/tmp/nice npm test',
    './sh -c "npm test"',
    "/tmp/bash -c 'npm test'",
    'timeout $x npm test',
    'timeout 60 curl x',
    "sh -c 'npm test; curl x'",
    "sh -c 'npm test' && curl x",
    'sh -c "npm test $(curl x)"',
    'sh -c "$x"',
    'sh -c curl',
    "sh -c '$0' npm",
    'sh -c \'"$@"\' _ npm test',
    'sh -c',
    'sh',
    'sh -s',
    'sh npm',
    'sh < npm',
    'echo npm test | sh',
    'bash <<EOF\nnpm test\nEOF',
    "bash -lc 'npm test'",
    "bash -ic 'npm test'",
    "bash --rcfile x -c 'npm test'",
    "bash --init-file x -ic 'npm test'",
    "zsh -c 'npm test'",
    "fish -c 'npm test'",
    // What is no command
    '',
    '   ',
    '# npm test',
    '\n',
    'npm test)',
    'npm test; }',
    'npm test; fi',
    '(npm test',
    'npm test "',
    "npm test '",
    'npm test `',
    'npm test $(',
    `npm test \${`,
    'if npm test; then',
    'npm test <<EOF\n$(',
    'npm test &&',
    'npm test |',
    '&& npm test',
    'npm test ;; curl',
    'npm test\r',
    'npm\u00a0test',
    'npm test\u200b',
    'npm test\u202e',
    'npm test\0',
    'npm\vtest',
    'npm test @(a|b)',
    'npm !(x)',
    `npm test ${'x'.repeat(40_000)}`,
    `${'('.repeat(400)}npm test${')'.repeat(400)}`,
    `${'nice '.repeat(400)}npm test`,
    'npm test;'.repeat(500),
    `${'nice npm test;'.repeat(300)}`,
    `${'sh -c "'.repeat(3)}npm test`,
  ])('%j', (line) => {
    expect(allowed(line, 'npm test')).toBe(false);
  });
});

describe('patterns', () => {
  test.each<[rule: string, line: string, allowed: boolean]>([
    ['npm run *', 'npm run build', true],
    ['npm run *', 'npm run', false],
    ['npm run *', 'npm run a b', false],
    ['npm run *', 'npm run $x', false],
    ['npm run *', 'npm run "$x"', false],
    ['npm run test:*', 'npm run test:unit', true],
    ['npm run test:*', 'npm run test', false],
    ["npm run '*'", "npm run '*'", true],
    ["npm run '*'", 'npm run build', false],
    ['cat **', 'cat', true],
    ['cat **', 'cat a b c', true],
    ['cat **', 'cat $x *.ts', true],
    ['cat **', 'cat $(ls)', false],
    ['cat **', 'cat $(cat x)', true],
    ['git ** --stat', 'git log -1 --stat', true],
    ['git ** --stat', 'git log $x --stat', true],
    ['git ** --stat', 'git log --stat x', false],
    ['cp * *', 'cp a b', true],
    ['cp * *', 'cp {a,b}', false],
    ['NODE_ENV=test npm test', 'NODE_ENV=test npm test', true],
    ['NODE_ENV=test npm test', 'NODE_ENV="test" npm test', true],
    ['NODE_ENV=test npm test', 'npm test', false],
    ['NODE_ENV=test npm test', 'NODE_ENV=test PATH=. npm test', false],
    ['A=* B=* npm test', 'A=1 A=2 PATH=. npm test', false],
    ['A=* A=* npm test', 'A=1 PATH=. npm test', false],
    ['echo "a b"', 'echo a\\ b', true],
    ["git commit -m 'fix: it'", 'git commit -m "fix: it"', true],
    ['make CC=gcc', 'make CC=gcc', true],
    ['make CC=gcc', 'make CC=evil', false],
    ['sudo apt install jq', 'sudo apt install jq', true],
    ["sh -c 'a; b'", "sh -c 'a; b'", true],
    ["sh -c 'a > /x'", "sh -c 'a > /x'", true],
    ['*', 'anything', true],
    ['*', './evil', true],
    ['**', 'anything at all', true],
    ['**', 'anything > /etc/x', false],
  ])('%s: %s: %s', (rule, line, expected) => {
    expect(allowed(line, rule)).toBe(expected);
  });

  test('each command of a line may have a rule of its own', () => {
    expect(allowed('cd a && npm test | tee out', 'cd *', 'npm test', 'tee *')).toBe(true);
    expect(allowed('cd a && npm test | tee out', 'cd *', 'npm test')).toBe(false);
  });

  test.each([
    ['npm test; curl x', 'is not one plain command'],
    ['npm test | tee', 'is not one plain command'],
    ['npm test &', 'is not one plain command'],
    ['npm test > x', 'is not one plain command'],
    ['(npm test)', 'is not one plain command'],
    ['A=1', 'is not one plain command'],
    ['', 'is not one plain command'],
    ['npm "test', 'is not understood'],
    ['npm $x', 'is not understood'],
    ['npm $(x)', 'is not understood'],
    ['npm t?st', 'is not understood'],
    ['npm [ab]', 'is not understood'],
    ['npm {a,b}', 'is not understood'],
    ['cat ~/x', 'is not understood'],
  ])('no pattern: %s', (text, why) => {
    expect(() => parseCommandPattern(text)).toThrow(why);
  });

  test('a pattern with many stars takes no time', () => {
    const pattern = parseCommandPattern(`x ${'*a'.repeat(50)}b ${'** a '.repeat(50)}b`);
    expect(catches(pattern, { views: takeApart(`x ${'a'.repeat(5_000)} ${'a '.repeat(5_000)}`)[0]?.views ?? [] })).toBe(
      'no',
    );
  });
});

describe('"curl **" forbidden catches', () => {
  test.each([
    'curl',
    'curl x',
    'c\\url x',
    '"curl" x',
    "cu''rl x",
    "$'\\x63url' x",
    '/usr/bin/curl x',
    './curl x',
    '/root/bin/curl x',
    'FOO=1 curl x',
    'curl $x',
    'npm test; curl x',
    'npm test $(curl x)',
    'echo `curl x`',
    `echo "\${x:-$(curl x)}"`,
    'cat <(curl x)',
    'cat <<EOF\n$(curl x)\nEOF',
    'x=$(curl x)',
    'x=(a $(curl x))',
    'if true; then curl x; fi',
    'f() { curl x; }',
    'coproc curl x',
    '[[ -n $(curl x) ]]',
    'echo $(( $(curl x) ))',
    'time curl x',
    '! curl x',
    "sh -c 'curl x'",
    "bash -lc 'curl x'",
    "bash -c -e 'curl x'",
    "bash -co pipefail 'curl x'",
    'sh -c "sh -c \'curl x\'"',
    'env curl x',
    'env -i A=1 curl x',
    "env -S 'curl x'",
    'sudo curl x',
    'sudo -u bob -- curl x',
    "sudo sh -c 'curl x'",
    "su - bob -c 'curl x'",
    'exec curl x',
    'exec -a ls curl x',
    'eval curl x',
    "eval 'cu''rl x'",
    "eval 'curl' x",
    'builtin command curl x',
    'nohup curl x &',
    'nice -n 5 curl x',
    'timeout 5 curl x',
    'timeout --unknown 5 curl x',
    'xargs curl',
    'ls | xargs -n 1 curl x',
    "xargs sh -c 'curl $0'",
    'find . -exec curl {} ;',
    'find . -name x -execdir curl -d @{} x \\;',
    "find . -exec sh -c 'curl $1' _ {} +",
    "trap 'curl x' EXIT",
    'alias npm=curl\nnpm',
    "watch 'curl x'",
    "git -c alias.x='!curl x' x",
    "git submodule foreach 'curl x'",
    'git bisect run curl x',
    'busybox curl x',
    'strace -f curl x',
    'flock /tmp/l curl x',
    "flock /tmp/l -c 'curl x'",
    'npx curl x',
    'curl x; )',
  ])('%j', (line) => {
    expect(caught(line, 'curl **')).toBe('yes');
  });

  test('what may be the program of any name is caught as well, as far as one can know', () => {
    for (const line of [
      '$x',
      '"$x" y',
      '`echo curl` x',
      'c*rl x',
      '{curl,x}',
      '~/x',
      'sh -c "$x"',
      'sh',
      'echo x | sh',
    ]) {
      expect([line, caught(line, 'curl **')]).toEqual([line, 'maybe']);
    }
    for (const line of [
      'bash -cset -- curl',
      "sh -cs 'true'",
      'eval $x',
      'sudo $x',
      'parallel x',
      'xargs -I{} {} x',
      'zsh -c x',
      'git -c core.sshCommand=x y',
      'npm test "',
      "x='a[$(curl)]'; ((x))",
      "npm test $'a\\'; curl x; \\''",
      '[[ a && curl ]]',
      '((curl x))',
      '[[ $x -eq 1 ]]',
      `echo \${!x}`,
      `echo \${x@P}`,
      `echo ${'x'.repeat(40_000)}`,
      'npm test;'.repeat(500),
      `sudo ${'npm '.repeat(500)}`,
    ]) {
      expect([line, caught(line, 'curl **')]).toEqual([line, 'maybe']);
    }
  });

  test.each([
    'npm test',
    'echo curl',
    'grep curl x',
    'curls x',
    'ls curl',
    'git log curl',
    'git commit -m "curl x"',
    'timeout 5 npm test',
    'x=curl',
    'cat curl > curl',
  ])('not %j', (line) => {
    expect(caught(line, 'curl **')).toBe('no');
  });
});

describe('forbidden words', () => {
  test.each<[rule: string, line: string, caught: string]>([
    ['git push **', 'git -C x push', 'yes'],
    ['git push **', 'git --no-pager --git-dir=x push origin', 'yes'],
    ['git push **', 'git $x', 'maybe'],
    ['git push **', 'git $x origin', 'maybe'],
    ['git push **', 'git pull', 'no'],
    ['git push --force', 'git push $x', 'maybe'],
    ['git push --force', 'git push "$x"', 'maybe'],
    ['git push --force', 'xargs git push', 'maybe'],
    ['git push ** --force **', 'git push origin --force main', 'yes'],
    ['git push ** --force **', 'git push origin main', 'no'],
    ['rm -rf *', 'rm -rf $x', 'maybe'],
    ['rm -rf *', 'rm -rf {a,b}', 'maybe'],
    ['rm -rf /', 'rm -rf / ', 'yes'],
    ['NODE_ENV=production **', 'NODE_ENV=production npm start', 'yes'],
    ['NODE_ENV=production **', 'npm start', 'no'],
  ])('%s: %s: %s', (rule, line, expected) => {
    expect(caught(line, rule)).toBe(expected);
  });
});

test('says in words what it did not understand', () => {
  const doubts = (line: string) => takeApart(line).flatMap(({ doubt }) => doubt?.why ?? []);
  expect(doubts('npm test > /etc/x')).toEqual(['it writes to /etc/x']);
  expect(doubts('$x y')).toEqual(['it runs $x, which is known only then']);
  expect(doubts('PATH=.; npm test')).toEqual(['it sets PATH=.']);
  expect(doubts('')).toEqual(['it holds no command']);
  expect(doubts('npm test "')).toEqual(['it is not understood (unterminated double quote)']);
});

test('shows commands as they were written', () => {
  const sources = takeApart("A='1 2' timeout 5 npm  'test'").flatMap(({ views }) => views.map(sourceOf));
  expect(sources).toEqual(["A='1 2' timeout 5 npm 'test'", "npm 'test'"]);
});

test.each([
  [['npm', 'test'], 'npm test'],
  [['git', 'commit', '-m', "it's"], `git commit -m 'it'\\''s'`],
  [['ls', '*.ts', '', '~', '$x'], `ls '*.ts' '' '~' '$x'`],
  [['if', 'x'], `'if' x`],
  [['A=1', 'B=2'], `'A=1' B=2`],
])('quotes %j', (words, line) => {
  expect(quoteWords(words)).toBe(line);
  expect(allowed(line, line)).toBe(true);
});
