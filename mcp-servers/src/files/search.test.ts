import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { filesClient } from './test-client.js';

const { at, text, refused, structured } = await filesClient();

beforeAll(async () => {
  const contents = {
    '.gitignore': 'node_modules/\n*.log\n',
    '.git/config': 'needle secret\n',
    'src/a.ts': 'first\nneedle one\nthird\nfourth\nfifth\nneedle two\n',
    'src/deep/b.ts': 'Needle\n',
    'src/c.py': 'needle = 1\nneedle += needle\n',
    'src/debug.log': 'needle\n',
    'node_modules/dep/index.ts': 'needle\n',
    'wide.txt': `${'x'.repeat(5000)}needle${'y'.repeat(5000)}\n`,
    'dos.txt': 'needle\r\n',
  };
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), content);
  }
});

describe('glob', () => {
  test.each([
    ['*.ts', ['src/a.ts', 'src/deep/b.ts']],
    ['src/*.{ts,py}', ['src/a.ts', 'src/c.py']],
    ['src/**', ['src/a.ts', 'src/c.py', 'src/deep/b.ts']],
    ['**/*.log', []],
    ['.git/**', []],
  ])('%s', async (pattern, paths) => {
    expect(await structured('glob', { pattern })).toMatchObject({ paths, total: paths.length });
  });

  test('ignored files are found when asked for, Git folders never', async () => {
    expect(await structured('glob', { pattern: '**', include_ignored: true })).toMatchObject({
      paths: expect.arrayContaining(['src/debug.log', 'node_modules/dep/index.ts']),
      total: 8,
    });
  });

  test('paths are relative to the root from a folder too', async () => {
    expect(await text('glob', { pattern: '*.ts', path: 'src/deep' })).toBe('src/deep/b.ts');
  });

  test('a bad glob is explained', async () => {
    expect(await refused('glob', { pattern: '{a' })).toMatchObject({
      code: 'bad-search',
      text: expect.stringContaining("error parsing glob '{a'"),
    });
  });
});

describe('grep', () => {
  const grep = (args: object) => text('grep', { pattern: 'needle', ...args });

  test('shows matching lines under their file', async () => {
    expect(await grep({ path: 'src' })).toBe(
      'src/a.ts\n2: needle one\n6: needle two\n\nsrc/c.py\n1: needle = 1\n2: needle += needle',
    );
  });

  test('shows lines around a match', async () => {
    expect(await grep({ path: 'src/a.ts', context: 1 })).toBe(
      'src/a.ts\n1- first\n2: needle one\n3- third\n--\n5- fifth\n6: needle two',
    );
  });

  test('lists files, or counts matches', async () => {
    expect(await grep({ output: 'files', glob: '*.{ts,py}' })).toBe('src/a.ts\nsrc/c.py');
    expect(await grep({ output: 'counts', type: 'py' })).toBe('src/c.py: 3');
    expect(await structured('grep', { pattern: 'needle', output: 'counts', path: 'src' })).toEqual({
      matches: [
        { path: 'src/a.ts', count: 2 },
        { path: 'src/c.py', count: 3 },
      ],
      next_offset: null,
    });
  });

  test('case, plain text and several lines', async () => {
    expect(await grep({ path: 'src/deep', ignore_case: true })).toBe('src/deep/b.ts\n1: Needle');
    expect(await grep({ pattern: '+= n', literal: true })).toBe('src/c.py\n2: needle += needle');
    expect(await grep({ pattern: 'first\\nneedle', multiline: true })).toBe('src/a.ts\n1: first\n2: needle one');
    expect(await grep({ pattern: 'needle$', path: 'dos.txt' })).toBe('dos.txt\n1: needle');
  });

  test('a glob finds no ignored file', async () => {
    expect(await grep({ output: 'files', glob: '**' })).toBe('dos.txt\nsrc/a.ts\nsrc/c.py\nwide.txt');
    expect(await grep({ output: 'files', glob: '*.log', include_ignored: true })).toBe('src/debug.log');
  });

  test('a long line is shown around its match', async () => {
    const line = await grep({ path: 'wide.txt' });
    expect(line).toMatch(/^wide\.txt\n1: \[4925 characters\] x+needley+ \[4781 more\]$/);
  });

  test('no match says what to try', async () => {
    expect(await grep({ pattern: 'NoSuchThing' })).toBe(
      'No match. Should there be one, try ignore_case or literal or include_ignored.',
    );
  });

  test('pages join up', async () => {
    const lines = Array.from({ length: 450 }, (_, i) => `hit ${i}`);
    await writeFile(at('many.txt'), lines.join('\n'));
    const seen: unknown[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const page = await structured('grep', { pattern: '^hit', path: 'many.txt', offset });
      const { matches, next_offset } = page as { matches: { text: string }[]; next_offset: number | null };
      seen.push(...matches.map((match) => match.text));
      offset = next_offset;
    }
    expect(seen).toEqual(lines);
    expect(await grep({ pattern: '^hit', path: 'many.txt' })).toContain('[Matches 1-200. Read on with offset: 200.]');
    expect(await refused('grep', { pattern: '^hit', path: 'many.txt', offset: 450 })).toMatchObject({
      code: 'past-end',
    });
  });

  test.each([
    [{ pattern: '(' }, 'unclosed group'],
    [{ pattern: 'x', type: 'nope' }, 'unrecognized file type: nope'],
    [{ pattern: 'a\0b' }, 'NUL'],
  ])('%j is explained', async (args, words) => {
    expect(await refused('grep', args)).toMatchObject({ code: 'bad-search', text: expect.stringContaining(words) });
  });

  test('arguments are never options of ripgrep', async () => {
    expect(await grep({ pattern: '--files' })).toContain('No match.');
    await writeFile(at('--files'), 'needle\n');
    expect(await grep({ path: '--files' })).toBe('--files\n1: needle');
  });
});

test('tree shows folders with counts, without ignored files', async () => {
  expect(await text('tree', { depth: 2, path: 'src' })).toBe('3 files\ndeep/\n  b.ts\na.ts\nc.py');
  expect(await text('tree', { depth: 1 })).toContain('\nsrc/ (3 files)\n');
});

test('tree of a folder that is ignored itself shows it, and of an empty one says what to try', async () => {
  expect(await text('tree', { path: 'node_modules/dep' })).toContain('index.ts');
  await mkdir(at('empty'));
  expect(await text('tree', { path: 'empty' })).toContain('set include_ignored to see them');
});
