import { describe, expect, test } from 'vitest';
import { readLog } from './read.js';
import { command, failed, inPieces, section } from './testing.js';

async function read(trace: string, size?: number) {
  const lines = [];
  for await (const line of readLog(inPieces(trace, size))) lines.push(line);
  return lines;
}

const texts = async (trace: string, size?: number) => (await read(trace, size)).map(({ text }) => text);

describe('one line', () => {
  test.each([
    ['colours', '\x1B[0;31mred\x1B[0m \x1B[38;2;1;2;3mtrue\x1B[m', 'red true'],
    ['cursor movements', '\x1B[1A\x1B[2Kpulled\x1B[1B', 'pulled'],
    ['hyperlinks and titles', '\x1B]8;;http://x\x1B\\text\x1B]8;;\x1B\\\x1B]0;title\x07', 'text'],
    ['other escapes', '\x1B(B\x1B=\x1B7text\x1BM', 'text'],
    ['unfinished escapes', 'a\x1B]8;;b', 'a\x1B]8;;b'],
    ['concealed text', '\x1B[8msecret\x1B[0m', 'secret'],
    ['a progress bar', '10%\r 50%\r100%', '100%'],
    ['a progress bar with a line end of Windows', '10%\r100%\r', '100%'],
    ['a progress bar that is wiped', '10%\r100%\r\x1B[K', '100%'],
    ['a spinner', 'wait |\b/\b-\b done', 'wait  done'],
    ['what is no marker', 'echo section_start:1:x', 'echo section_start:1:x'],
  ])('%s', async (_, raw, text) => {
    expect(await texts(`${raw}\n`)).toEqual([text]);
  });

  test('bytes that are not UTF-8, and characters cut by the pieces', async () => {
    expect(await texts('größe 漢字 😀\n', 1)).toEqual(['größe 漢字 😀']);
    async function* broken() {
      yield Buffer.from([0x61, 0xff, 0x62]);
    }
    const lines = [];
    for await (const line of readLog(broken())) lines.push(line.text);
    expect(lines).toEqual(['a\uFFFDb']);
  });

  test('blank lines and a last line without end count', async () => {
    expect(await read('a\n\nb')).toMatchObject([
      { number: 1, text: 'a' },
      { number: 2, text: '' },
      { number: 3, text: 'b' },
    ]);
  });

  test('nothing', async () => {
    expect(await read('')).toEqual([]);
  });
});

describe('sections', () => {
  test('lines know their sections; markers are no lines', async () => {
    const inner = `${section('npm[collapsed=true]', 'npm ci', 'added 12 packages')}\n`;
    const lines = await read(
      `hello\n${section('step_script', 'Executing', command('npm ci'), inner.trimEnd(), 'end')}bye\n`,
    );
    expect(lines.map(({ section, text }) => [section.join('/'), text])).toEqual([
      ['', 'hello'],
      ['step_script', 'Executing'],
      ['step_script', '$ npm ci'],
      ['step_script/npm', 'npm ci'],
      ['step_script/npm', 'added 12 packages'],
      ['step_script', 'end'],
      ['', 'bye'],
    ]);
    expect(lines.map(({ command }) => command)).toEqual([
      undefined,
      undefined,
      true,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('output without a line end stays in its section', async () => {
    const lines = await read(
      'section_start:1:a\r\x1B[0Khead\nlast wordssection_end:2:a\r\x1B[0Ksection_start:2:b\r\x1B[0Knext\n',
    );
    expect(lines.map(({ section, text }) => [section[0], text])).toEqual([
      ['a', 'head'],
      ['a', 'last words'],
      ['b', 'next'],
    ]);
  });
});

describe('timestamps', () => {
  const stamp = (kind: string, text: string) => `2024-05-22T12:43:46.962646Z ${kind}${text}\n`;

  test('are taken off and told', async () => {
    expect(await read(stamp('00O ', 'out') + stamp('01E ', '\x1B[31merr'))).toEqual([
      { number: 1, text: 'out', section: [], stream: 'stdout', time: '2024-05-22T12:43:46.962646Z' },
      { number: 2, text: 'err', section: [], stream: 'stderr', time: '2024-05-22T12:43:46.962646Z' },
    ]);
  });

  test('lines that they tore apart are joined', async () => {
    expect(
      await texts(stamp('00O ', '10%\r') + stamp('00O+', '50%\r') + stamp('00O+', '100%') + stamp('00O ', 'next')),
    ).toEqual(['100%', 'next']);
  });

  test('do not hide sections and commands', async () => {
    const trace = failed([command('npm test'), 'boom']).replace(/(?<=^|\n)(?=.)/g, '2024-05-22T12:43:46.962646Z 00O ');
    const plain = await read(failed([command('npm test'), 'boom']));
    const stamped = await read(trace);
    expect(stamped.map(({ time, stream, ...line }) => line)).toEqual(plain);
    expect(plain.find(({ text }) => text === 'boom')?.section).toEqual(['step_script']);
  });
});

describe('hostile logs', () => {
  test('a line of 30 MB is cut, one that draws itself anew keeps its last state', async () => {
    async function* endless(unit: string, times: number, end: string) {
      for (let i = 0; i < times; i++) yield unit;
      yield end;
    }
    const lengths = [];
    for await (const { text } of readLog(endless('x'.repeat(1e6), 30, '\nok\n')))
      lengths.push([text.length, text.slice(-29)]);
    expect(lengths).toEqual([
      [(1 << 20) + ' [28951424 more characters]'.length, 'xx [28951424 more characters]'],
      [2, 'ok'],
    ]);
    const drawn = [];
    for await (const { text } of readLog(endless(`${'#'.repeat(1000)}\r`, 30_000, 'done\n'))) drawn.push(text);
    expect(drawn).toEqual(['done']);
  });

  test.each([
    ['openings of sections', 'section_start:1:a\r\x1B[0K'],
    ['ends of sections', 'section_end:1:a\r\x1B[0K'],
    ['halves of markers', 'section_start:1:'],
    ['escapes', '\x1B[0;'],
    ['unfinished titles', '\x1B]0;'],
    ['carriage returns', '\r'],
    ['backspaces', '\b'],
    ['empty lines', '\n'],
    ['headers that continue', '2024-05-22T12:43:46.962646Z 00O+\n'],
  ])('%s by the million', async (_, unit) => {
    let count = 0;
    for await (const { text } of readLog(inPieces(unit.repeat(2_000_000 / unit.length), 65_536)))
      count += text.length ? 1 : 0;
    expect(count).toBeLessThanOrEqual(1);
  });
});
