import { describe, expect, test } from 'vitest';
import { failure, showLines } from './index.js';
import { command, failed, inPieces, many } from './testing.js';
import * as logs from './testing-logs.js';

const size = 60;

async function explain(trace: string) {
  const found = await failure(inPieces(trace), size);
  return { ...found, text: showLines(found.lines) };
}

describe('the reason is shown, and little else', () => {
  test.each([
    [
      'vitest',
      logs.vitest,
      'npm test',
      [
        ' FAIL src/price.test.ts > price > adds tax',
        'expected 107 to be 119',
        '+ 107',
        'src/price.test.ts:9:23',
        'Tests  1 failed',
      ],
      ['npm warn', 'cart17.test.ts', 'ECONNREFUSED'],
    ],
    [
      'pytest',
      logs.pytest,
      'pytest',
      [
        'E       assert 107 == 119',
        'tests/test_price.py:12: AssertionError',
        'FAILED tests/test_price.py::test_add_tax',
        '1 failed, 239 passed',
      ],
      ['Collecting package', 'test_error_17.py', 'debug: step 100'],
    ],
    [
      'go test',
      logs.goTest,
      'go test ./...',
      ['--- FAIL: TestAddTax', 'price_test.go:14: AddTax(100) = 107, want 119', 'FAIL\texample.com/shop/price'],
      ['shop/pkg17\t', 'shop/other17\t', 'shop/other117\t'],
    ],
    [
      'a panic',
      logs.goPanic,
      'go run ./cmd/shop',
      ['panic: runtime error', 'cart.go:31', 'exit status 2'],
      ['served request 17\n'],
    ],
    [
      'Maven',
      logs.maven,
      'mvn -B verify',
      ['PriceTest.addsTax:14 expected: <119> but was: <107>', 'BUILD FAILURE'],
      ['error-handling-17.jar'],
    ],
    [
      'RSpec',
      logs.rspec,
      'bundle exec rspec',
      ['1) Price adds tax', 'got: 107', 'rspec ./spec/price_spec.rb:8'],
      ['.17 ActiveRecord'],
    ],
    [
      'a compiler',
      logs.tsc,
      'npx tsc -b',
      ["has no exported member 'rate'", 'Found 401 errors.'],
      ['p17/tsconfig.json', 'use200.ts'],
    ],
    ['a missing command', logs.commandNotFound, 'make build', ['make: command not found', 'exit code 127'], []],
    [
      'a kept status',
      logs.statusKept,
      'exit $status',
      ['not ok 101 - adds tax', 'got: 107', '$ exit $status'],
      ['ok 17 - works'],
    ],
    ['an impostor', logs.impostor, './run.sh', ['error: real reason'], []],
  ])('%s', async (_, trace, command, shown, leftOut) => {
    const found = await explain(trace);
    expect(found).toMatchObject({ cause: 'script', section: 'step_script', command });
    expect(found.verdict).toMatch(/^ERROR: Job failed: exit code 1/);
    for (const text of shown) expect(found.text).toContain(text);
    for (const text of [
      ...leftOut,
      'Fetching changes',
      'Restoring cache',
      'file does not exist',
      'after_script',
      'No files to upload',
    ]) {
      expect(found.text).not.toContain(text);
    }
    expect(found.text.startsWith('$ ')).toBe(true);
    expect(found.text.trimEnd().endsWith(found.verdict ?? '?')).toBe(true);
    expect(found.lines.length).toBeLessThanOrEqual(2 * size);
  });
});

describe('what is not the script', () => {
  test.each([
    [
      'an image that is missing',
      logs.imagePull,
      'image',
      'prepare_executor',
      ['Failed to pull image', 'manifest unknown'],
    ],
    [
      'a runner that fails',
      logs.systemFailure,
      'runner',
      'prepare_script',
      ['ContainersNotReady', 'timed out waiting for pod'],
    ],
    ['Git', logs.gitFetch, 'script', 'get_sources', ['Could not resolve host']],
    [
      'artifacts',
      logs.artifactsTooLarge,
      'script',
      'upload_artifacts_on_success',
      ['413 Request Entity Too Large', 'too large archive'],
    ],
  ])('%s', async (_, trace, cause, section, shown) => {
    const found = await explain(trace);
    expect(found).toMatchObject({ cause, section, command: null });
    for (const text of shown) expect(found.text).toContain(text);
    expect(found.text).not.toContain('Cleaning up');
  });

  test('a timeout: what it was doing', async () => {
    const found = await explain(logs.timeout);
    expect(found).toMatchObject({ cause: 'timeout', command: 'npm run e2e' });
    expect(found.text).toMatch(
      / \.\.\. 498\n.* \.\.\. 499\nERROR: Job failed: execution took longer than 1h0m0s seconds/,
    );
  });

  test('a canceled job', async () => {
    expect(await explain(logs.canceled)).toMatchObject({ cause: 'canceled', command: 'sleep 3600' });
    expect((await explain(logs.canceled)).text).toMatch(/canceled externally[\s\S]*Job failed: canceled/);
  });

  test('a job that succeeded has no failure', async () => {
    expect(await explain(logs.passing)).toMatchObject({ cause: 'succeeded', verdict: 'Job succeeded', lines: [] });
  });

  test('a job that still runs: the end so far', async () => {
    const trace = logs.timeout.slice(0, logs.timeout.indexOf(' 400\n') + 5);
    const found = await explain(trace);
    expect(found).toMatchObject({ cause: 'unfinished', verdict: null, section: 'step_script' });
    expect(found.lines.at(-1)?.text).toMatch(/ 400$/);
  });

  test('nothing at all', async () => {
    expect(await explain('')).toEqual({
      cause: 'unfinished',
      verdict: null,
      section: null,
      command: null,
      lines: [],
      total: 0,
      text: '',
    });
  });
});

describe('form', () => {
  test('says by numbers what was left out, and they are those of the log', async () => {
    const found = await explain(logs.goPanic);
    const [first = ''] = found.text.split('\n').filter((line) => line.startsWith('[line'));
    const [, from, to] = first.match(/^\[lines (\d+)-(\d+) left out\]$/) ?? [];
    const numbers = found.lines.map(({ number }) => number);
    expect(numbers).toContain(Number(from) - 1);
    expect(numbers).toContain(Number(to) + 1);
    expect(found.total).toBe(numbers.at(-1));
  });

  test('lines that repeat themselves are shown once', async () => {
    const { text } = await explain(failed([command('x'), 'waiting', 'waiting', 'waiting', 'gave up']));
    expect(text).toMatch(/^\$ x\nwaiting\n\[lines 22-23 left out\]\ngave up\n/);
  });

  test('short output is kept whole', async () => {
    const output = many(size, (i) => `line ${i}`);
    expect((await explain(failed([command('x'), ...output]))).text).toContain(output.join('\n'));
  });

  test('without sections and colours', async () => {
    const { text, command, cause } = await explain(
      '$ npm ci\nadded 3\n$ npm test\nboom\nERROR: Job failed: exit code 1\n',
    );
    expect({ text, command, cause }).toEqual({
      text: '$ npm test\nboom\nERROR: Job failed: exit code 1',
      command: 'npm test',
      cause: 'script',
    });
  });

  test('with timestamps', async () => {
    const trace = logs.vitest.replace(/(?<=^|\n)(?=.)/g, '2024-05-22T12:43:46.962646Z 00O ');
    expect((await explain(trace)).text).toBe((await explain(logs.vitest)).text);
  });

  test('a log of 30 MB full of reasons is bounded', async () => {
    async function* endless() {
      yield logs.vitest.slice(0, logs.vitest.indexOf('> vitest run'));
      for (let i = 0; i < 3000; i++) yield `\nError: ${'x'.repeat(9900)} ${i}\nFAIL`;
    }
    const { lines } = await failure(endless(), size);
    expect(lines.length).toBeLessThanOrEqual(size + 1);
    expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThan(2100);
  });
});
