import { describe, expect, test } from 'vitest';
import { grep, range, sections, showLines, tail, window } from './index.js';
import { command, failed, inPieces, many } from './testing.js';

const numbered = many(100, (i) => `line ${i + 1}`).join('\n');

describe('tail and range', () => {
  test('the last lines', async () => {
    const { lines, total } = await tail(inPieces(numbered), 3);
    expect(lines.map(({ number }) => number)).toEqual([98, 99, 100]);
    expect(total).toBe(100);
  });

  test('more than there are, none, and of nothing', async () => {
    expect((await tail(inPieces(numbered), 1000)).lines).toHaveLength(100);
    expect((await tail(inPieces(numbered), 0)).lines).toEqual([]);
    expect(await tail(inPieces(''), 5)).toEqual({ lines: [], total: 0 });
  });

  test('lines from a number on', async () => {
    const { lines, more } = await range(inPieces(numbered), 42, 2);
    expect(showLines(lines, { numbers: true })).toBe('42: line 42\n43: line 43');
    expect(more).toBe(true);
    expect((await range(inPieces(numbered), 99, 5)).more).toBe(false);
    expect((await range(inPieces(numbered), 200, 5)).lines).toEqual([]);
  });

  test('a range does not read on', async () => {
    let read = 0;
    async function* counted() {
      for (;;) {
        read++;
        yield 'a\nb\n';
      }
    }
    expect((await range(counted(), 1, 2)).lines).toHaveLength(2);
    expect(read).toBeLessThan(4);
  });

  test('overlong lines are cut where they are collected', async () => {
    const { lines } = await tail(inPieces('x'.repeat(5000)), 1);
    expect(lines[0]?.text).toBe(`${'x'.repeat(2000)} [3000 more characters]`);
  });
});

describe('window', () => {
  test('windows follow one another without loss', async () => {
    const trace = `${many(50, (i) => `größe ${i} 漢字`).join('\n')}\n`;
    const texts: string[] = [];
    let offset = 0;
    for (let more = true; more; ) {
      const found = await window(inPieces(trace, 7), offset, 100);
      expect(found.offset).toBe(offset);
      expect(found.end - found.offset).toBeLessThanOrEqual(100);
      texts.push(found.text);
      ({ end: offset, more } = found);
    }
    expect(`${texts.join('\n')}\n`).toBe(trace);
    expect(offset).toBe(Buffer.byteLength(trace));
  });

  test('a line longer than the window is cut between characters', async () => {
    const trace = '漢'.repeat(100);
    const first = await window(inPieces(trace), 0, 100);
    expect(first).toEqual({ text: '漢'.repeat(33), offset: 0, end: 99, more: true });
    expect((await window(inPieces(trace), first.end, 1000)).text).toBe('漢'.repeat(67));
  });

  test('from the middle of a character, and from behind the end', async () => {
    expect((await window(inPieces('漢字'), 1, 10)).text).toBe('字');
    expect(await window(inPieces('abc'), 10, 10)).toEqual({ text: '', offset: 10, end: 10, more: false });
  });

  test('is cleaned', async () => {
    expect((await window(inPieces('\x1B[31ma\x1B[0m\n10%\r20%\n'), 0, 100)).text).toBe('a\n20%');
  });
});

describe('grep', () => {
  test('matches with context, and what is left out', async () => {
    const { lines, matches, next } = await grep(inPieces(numbered), { pattern: 'line 5', context: 1, maxMatches: 3 });
    expect(matches).toEqual([5, 50, 51]);
    expect(next).toBe(52);
    expect(showLines(lines, { numbers: true })).toBe(
      '4: line 4\n5: line 5\n6: line 6\n[lines 7-48 left out]\n49: line 49\n50: line 50\n51: line 51',
    );
  });

  test('goes on where it stopped', async () => {
    const { matches, next } = await grep(inPieces(numbered), {
      pattern: 'line 5',
      context: 0,
      maxMatches: 50,
      from: 52,
    });
    expect(matches).toEqual([52, 53, 54, 55, 56, 57, 58, 59]);
    expect(next).toBeNull();
  });

  test('finds text that colours tear apart, in any case', async () => {
    const trace = '\x1B[31mEr\x1B[0mror: x\nfine\n';
    expect(
      (await grep(inPieces(trace), { pattern: 'error:', ignoreCase: true, context: 0, maxMatches: 5 })).matches,
    ).toEqual([1]);
    expect((await grep(inPieces(trace), { pattern: 'error:', context: 0, maxMatches: 5 })).matches).toEqual([]);
  });

  test('fixed text has no special characters; regular expressions do', async () => {
    const trace = 'a.b\naxb\n';
    expect((await grep(inPieces(trace), { pattern: 'a.b', context: 0, maxMatches: 5 })).matches).toEqual([1]);
    expect((await grep(inPieces(trace), { pattern: 'a.b', regex: true, context: 0, maxMatches: 5 })).matches).toEqual([
      1, 2,
    ]);
  });

  test('shows the match of an overlong line', async () => {
    const trace = `${'x'.repeat(50_000)}needle${'y'.repeat(50_000)}`;
    const { lines } = await grep(inPieces(trace), { pattern: 'needle', context: 0, maxMatches: 1 });
    expect(lines[0]?.text).toMatch(/^\[49\d+ characters\] x+needley+ \[49\d+ more characters\]$/);
  });
});

test('sections with durations and lines', async () => {
  const { sections: found, lines } = await sections(inPieces(failed([command('make'), 'x'])));
  expect(found.map(({ name, firstLine, lastLine, seconds }) => [name, firstLine, lastLine, seconds])).toEqual([
    ['prepare_executor', 3, 6, 3],
    ['prepare_script', 7, 8, 3],
    ['get_sources', 9, 14, 3],
    ['restore_cache', 15, 18, 3],
    ['step_script', 19, 21, 3],
    ['after_script', 22, 24, 3],
    ['upload_artifacts_on_failure', 25, 27, 3],
    ['cleanup_file_variables', 28, 28, 3],
  ]);
  expect(found[4]).toMatchObject({ title: 'Executing "step_script" stage of the job script', depth: 0 });
  expect(lines).toBe(29);
});

test('sections that never end, nest, or come by the million', async () => {
  const open = await sections(
    inPieces('section_start:1:a\r\x1B[0Ka\nsection_start:2:b\r\x1B[0Kb\nsection_end:5:b\r\x1B[0Kc\n'),
  );
  expect(open.sections).toMatchObject([
    { name: 'a', depth: 0, firstLine: 1, lastLine: 3, seconds: null },
    { name: 'b', depth: 1, firstLine: 2, lastLine: 2, seconds: 3 },
  ]);
  const many = await sections(inPieces('section_start:1:a\r\x1B[0Kx\nsection_end:2:a\r\x1B[0K'.repeat(5000), 65_536));
  expect(many.sections).toHaveLength(500);
  expect(many.lines).toBe(5000);
});
