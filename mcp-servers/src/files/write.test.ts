import { chmod, mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { filesClient } from './test-client.js';

const { at, text, refused, structured } = await filesClient();
const edit = (path: string, ...edits: object[]) => text('edit_file', { path, edits });
const refusedEdit = (path: string, ...edits: object[]) => refused('edit_file', { path, edits });

describe('write_file', () => {
  test('makes the file and its folders', async () => {
    expect(await text('write_file', { path: 'new/deep/a.txt', content: 'a\nb\n' })).toBe(
      'Created new/deep/a.txt: 2 lines, 4 B.',
    );
    expect(await readFile(at('new/deep/a.txt'), 'utf8')).toBe('a\nb\n');
  });

  test('says that it replaced something, and keeps its permissions', async () => {
    await writeFile(at('run.sh'), 'old');
    await chmod(at('run.sh'), 0o750);
    expect(await text('write_file', { path: 'run.sh', content: 'new' })).toBe(
      'Replaced run.sh (it was 3 B): 1 line, 3 B.',
    );
    expect((await stat(at('run.sh'))).mode & 0o777).toBe(0o750);
  });

  test('writes through a link that stays inside', async () => {
    await writeFile(at('target'), '');
    await symlink('target', at('link'));
    await text('write_file', { path: 'link', content: 'via link' });
    expect(await readFile(at('target'), 'utf8')).toBe('via link');
    expect(await readlink(at('link'))).toBe('target');
  });

  test('leaves no temporary file when it fails', async () => {
    await mkdir(at('folder'));
    expect(await refused('write_file', { path: 'folder', content: 'x' })).toMatchObject({ code: 'is-a-directory' });
    expect(await refused('write_file', { path: `folder/${'n'.repeat(256)}`, content: 'x' })).toMatchObject({
      code: 'bad-path',
    });
    expect(await structured('list_directory', { path: 'folder' })).toMatchObject({ entries: [] });
  });
});

describe('edit_file', () => {
  test('applies several edits in order and shows a diff', async () => {
    await writeFile(at('a.ts'), 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n');
    expect(await edit('a.ts', { old_text: 'two', new_text: '2' }, { old_text: '2\nthree', new_text: '2\n3' })).toBe(
      ['Edited a.ts.', '@@ -1,5 +1,5 @@', ' one', '-two', '-three', '+2', '+3', ' four', ' five'].join('\n'),
    );
    expect(await readFile(at('a.ts'), 'utf8')).toBe('one\n2\n3\nfour\nfive\nsix\nseven\neight\n');
  });

  test('applies none when one fails', async () => {
    await writeFile(at('b.ts'), 'one\n');
    const answer = await refusedEdit('b.ts', { old_text: 'one', new_text: '1' }, { old_text: 'one', new_text: '2' });
    expect(answer.text).toContain('Edit 2 of 2: old_text does not occur in the file. Nothing was written.');
    expect(await readFile(at('b.ts'), 'utf8')).toBe('one\n');
  });

  test('an ambiguous text is refused with its lines, and replace_all takes all', async () => {
    await writeFile(at('c.ts'), 'x\ny\nx\nx\n');
    expect((await refusedEdit('c.ts', { old_text: 'x', new_text: 'z' })).text).toContain(
      'occurs 3 times (lines 1, 3, 4)',
    );
    await edit('c.ts', { old_text: 'x', new_text: '$&', replace_all: true });
    expect(await readFile(at('c.ts'), 'utf8')).toBe('$&\ny\n$&\n$&\n');
  });

  test('a text that is nearly there is pointed out', async () => {
    await writeFile(at('d.ts'), 'function a() {\n\treturn  1;\n}\n');
    expect((await refusedEdit('d.ts', { old_text: '  return 1;\n}', new_text: '' })).text).toContain(
      'The nearest text (the first line differs in white space at most):\n2\t\treturn  1;\n3\t}',
    );
    expect((await refusedEdit('d.ts', { old_text: 'function b() {', new_text: '' })).text).toContain(
      '1\tfunction a() {',
    );
    expect((await refusedEdit('d.ts', { old_text: 'qqqq', new_text: '' })).text).toContain('No line looks like');
  });

  test('an edit that changes nothing is refused', async () => {
    await writeFile(at('e.ts'), 'same\n');
    expect(await refusedEdit('e.ts', { old_text: 'same', new_text: 'same' })).toMatchObject({ code: 'no-change' });
  });

  test.each([
    ['CRLF', 'a\r\nb\r\nc\r\n', 'a\r\nB\r\nB2\r\nc\r\n'],
    ['mixed line ends', 'a\r\nb\nc\r\n', 'a\r\nB\nB2\nc\r\n'],
    ['a byte order mark', '\ufeffa\nb\nc', '\ufeffa\nB\nB2\nc'],
  ])('%s is kept', async (_, before, after) => {
    await writeFile(at('kept.txt'), before);
    await edit('kept.txt', { old_text: 'b\nc', new_text: 'B\nB2\nc' });
    expect(await readFile(at('kept.txt'), 'utf8')).toBe(after);
  });

  test.each([
    ['Latin-1', 'latin1'],
    ['UTF-16LE', 'utf16le'],
  ] as const)('%s is edited without touching other bytes', async (name, encoding) => {
    const mark = encoding === 'utf16le' ? '\ufeff' : '';
    await writeFile(at(name), Buffer.from(`${mark}caf\xe9\ntea \xff\n`, encoding));
    await edit(name, { old_text: 'café', new_text: 'thé' });
    expect(await readFile(at(name))).toEqual(Buffer.from(`${mark}th\xe9\ntea \xff\n`, encoding));
  });

  test('a character that the encoding lacks is refused', async () => {
    await writeFile(at('latin'), Buffer.from('caf\xe9\n', 'latin1'));
    expect((await refusedEdit('latin', { old_text: 'caf', new_text: '☕' })).text).toContain('The file is Latin-1');
  });

  test('broken UTF-8 keeps its bytes', async () => {
    const bytes = Buffer.concat([Buffer.from('é = 1\n'), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from('end\n')]);
    await writeFile(at('broken'), bytes);
    await edit('broken', { old_text: 'end', new_text: 'END' });
    expect((await readFile(at('broken'))).subarray(0, -4)).toEqual(bytes.subarray(0, -4));
  });

  test('a binary file is refused', async () => {
    await writeFile(at('binary'), Buffer.from([0, 1, 2]));
    expect(await refusedEdit('binary', { old_text: 'a', new_text: 'b' })).toMatchObject({ code: 'binary' });
  });

  test('concurrent edits of one file all happen', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `[${i}]`);
    await writeFile(at('shared'), names.join('\n'));
    await Promise.all(names.map((name) => edit('shared', { old_text: name, new_text: `done ${name}` })));
    expect(await readFile(at('shared'), 'utf8')).toBe(names.map((name) => `done ${name}`).join('\n'));
  });
});
