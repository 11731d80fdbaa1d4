import { execFileSync } from 'node:child_process';
import { open, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { filesClient } from './test-client.js';

const files = await filesClient();
const { at, text, refused } = files;
const read = (path: string, range: object = {}) => text('read_file', { path, ...range });

describe('reading text', () => {
  test('lines are numbered', async () => {
    await writeFile(at('a.txt'), 'one\n\nthree\n');
    expect(await read('a.txt')).toBe('1\tone\n2\t\n3\tthree');
  });

  test('a range says how to read on', async () => {
    await writeFile(at('ten.txt'), Array.from({ length: 10 }, (_, i) => `line ${i + 1}\n`).join(''));
    expect(await read('ten.txt', { start_line: 2, end_line: 3 })).toBe(
      '2\tline 2\n3\tline 3\n\n[Lines 2-3 of 10. Read on with start_line: 4.]',
    );
    expect(await read('ten.txt', { start_line: 9, end_line: 99 })).toBe('9\tline 9\n10\tline 10');
  });

  test('a range past the end is refused with the length', async () => {
    expect(await refused('read_file', { path: 'ten.txt', start_line: 11 })).toMatchObject({
      code: 'past-end',
      text: expect.stringContaining('The file has 10 lines'),
    });
    expect(await refused('read_file', { path: 'ten.txt', start_line: 5, end_line: 4 })).toMatchObject({
      code: 'bad-range',
    });
  });

  test('pages join up to the whole file', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${i} ${'x'.repeat(i % 97)}`);
    await writeFile(at('long.txt'), lines.join('\n'));
    const seen: string[] = [];
    for (let start: number | undefined = 1; start; ) {
      const page = await read('long.txt', { start_line: start });
      const [body = '', note = ''] = page.split('\n\n[');
      seen.push(...body.split('\n').map((line) => line.replace(/^\d+\t/, '')));
      start = Number(/start_line: (\d+)/.exec(note)?.[1]) || undefined;
      expect(page.length).toBeLessThan(70_000);
    }
    expect(seen).toEqual(lines);
  });

  test('a long line is cut between characters', async () => {
    await writeFile(at('wide.txt'), `x${'é'.repeat(5000)}\nshort\n`);
    expect(await read('wide.txt')).toBe(
      `1\tx${'é'.repeat(999)} [... line cut: 9.8 KiB long; grep shows the part around a match]\n2\tshort`,
    );
  });

  test('an empty file says so', async () => {
    await writeFile(at('empty.txt'), '');
    expect(await read('empty.txt')).toBe('[The file is empty.]');
  });

  test.each([
    ['UTF-8 with byte order mark', Buffer.from('\ufeffné\n'), '1\tné'],
    ['CRLF', Buffer.from('a\r\nb\r\n'), '1\ta\n2\tb\n\n[Lines end with CRLF.]'],
    ['Latin-1', Buffer.from('caf\xe9\n', 'latin1'), '1\tcafé\n\n[Not UTF-8: shown as Latin-1.]'],
    ['UTF-16LE', Buffer.from('\ufeffné\nb\n', 'utf16le'), '1\tné\n2\tb\n\n[The file is UTF-16LE.]'],
    ['UTF-16BE', Buffer.from('\ufeffné\n', 'utf16le').swap16(), '1\tné\n\n[The file is UTF-16BE.]'],
  ])('%s is decoded', async (_, bytes, shown) => {
    await writeFile(at('encoded.txt'), bytes);
    expect(await read('encoded.txt')).toBe(shown);
  });
});

describe('reading what is not text', () => {
  test('a small image is shown', async () => {
    const pixel = Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=', 'base64');
    await writeFile(at('pixel.gif'), pixel);
    expect((await files.call('read_file', { path: 'pixel.gif' })).content).toEqual([
      { type: 'text', text: 'image/gif, 29 B' },
      { type: 'image', mimeType: 'image/gif', data: pixel.toString('base64') },
    ]);
  });

  test('an image too large for a model is refused', async () => {
    await writeFile(at('large.jpg'), Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(4_000_000)]));
    expect(await refused('read_file', { path: 'large.jpg' })).toMatchObject({ code: 'too-large' });
  });

  test('binary files are refused with type and size', async () => {
    await writeFile(at('a.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 0]));
    expect(await refused('read_file', { path: 'a.gz' })).toMatchObject({
      code: 'binary',
      text: expect.stringContaining('gzip data, 5 B'),
    });
  });

  test('a sparse file of 5 GB is refused at once, and read where it begins with text', async () => {
    const sparse = await open(at('sparse'), 'w');
    await sparse.truncate(5e9);
    expect(await refused('read_file', { path: 'sparse' })).toMatchObject({ code: 'binary' });
    await sparse.write(`${'text\n'.repeat(2000)}`);
    await sparse.close();
    expect(await read('sparse', { start_line: 2000 })).toContain('2000\ttext\n2001\t');
    expect(await refused('read_file', { path: 'sparse', start_line: 3000 })).toMatchObject({ code: 'too-far' });
  });

  test('a FIFO, a socket, a device and a folder are never opened', async () => {
    execFileSync('mkfifo', [at('fifo')]);
    const server = createServer().listen(at('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    expect(await refused('read_file', { path: 'fifo' })).toMatchObject({ code: 'not-a-file' });
    expect(await refused('read_file', { path: 'socket' })).toMatchObject({ code: 'not-a-file' });
    expect(await refused('read_file', { path: '.' })).toMatchObject({ code: 'is-a-directory' });
    expect(await refused('edit_file', { path: 'fifo', edits: [{ old_text: 'a', new_text: 'b' }] })).toMatchObject({
      code: 'not-a-file',
    });
    expect(await refused('write_file', { path: 'fifo', content: '' })).toMatchObject({ code: 'not-a-file' });
    expect(await refused('grep', { path: 'fifo', pattern: 'x' })).toMatchObject({ code: 'not-a-file' });
    server.close();
  });

  test('a missing file names the tools that find it', async () => {
    expect(await refused('read_file', { path: 'no/such' })).toEqual({
      code: 'not-found',
      text: 'no/such: There is no such file or folder (ENOENT).\nLook for it with glob or list_directory.',
    });
  });
});
