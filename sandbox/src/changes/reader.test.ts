// The reader against insides that misbehave; what a real one answers is tested beside it.
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { copyOf } from '../inside/testing.js';
import { WorkspaceReader } from './reader.js';

/** A reader whose inside answers every request with these bytes. */
function readerOf(answer: string): WorkspaceReader {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.on('data', () => output.write(answer));
  return new WorkspaceReader({ input, output });
}

function data(text: string): string {
  return `{"id":1,"type":"data","length":${Buffer.byteLength(text)}}\n${text}{"id":1,"type":"end"}\n`;
}

function changeSet(change: object): string {
  const [sha, size] = ['0'.repeat(64), 0];
  const added = { kind: 'added', oldMode: null, oldSha256: null, oldSize: null, newMode: '100644', binary: false };
  const changes = [{ ...added, newSha256: sha, newSize: size, ...change }];
  return data(JSON.stringify({ changes, ignored: 0, skipped: [] }));
}

describe('an answer that makes no sense is an error', () => {
  test.each([
    ['no JSON', 'hello\n', 'protocol'],
    ['another frame', '{"id":1,"type":"what"}\n', 'protocol'],
    ['another request', '{"id":2,"type":"end"}\n', 'protocol'],
    ['an endless line', 'x'.repeat(100_000), 'protocol'],
    ['an endless payload', '{"id":1,"type":"data","length":99999999999}\n', 'protocol'],
    ['a payload without a length', '{"id":1,"type":"data"}\n', 'protocol'],
    ['no change set', data('[]'), 'protocol'],
    ['a path outside', changeSet({ path: '../x' }), 'path-invalid'],
    ['a path in .git', changeSet({ path: '.git/hooks/post-checkout' }), 'path-invalid'],
    ['a source outside', changeSet({ path: 'x', kind: 'renamed', from: '/etc/passwd' }), 'protocol'],
    ['a path with detours', changeSet({ path: 'a/./b' }), 'protocol'],
    ['half a side', changeSet({ path: 'a', newSize: null }), 'protocol'],
    ['a hash that is none', changeSet({ path: 'a', newSha256: '../../etc/passwd' }), 'protocol'],
  ])('%s', (_, answer, code) => expect(readerOf(answer).changes()).rejects.toMatchObject({ code }));

  test('after which nothing more is believed', async () => {
    const reader = readerOf('nonsense\n');
    await expect(reader.changes()).rejects.toMatchObject({ code: 'protocol' });
    await expect(reader.read('a', 'new').toArray()).rejects.toMatchObject({ code: 'protocol' });
  });
});

test('an inside that ends fails what waits for it', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const reader = new WorkspaceReader({ input, output });
  const waiting = Promise.allSettled([reader.changes(), reader.read('a', 'new').toArray()]);
  output.end();
  for (const result of await waiting) expect(result).toMatchObject({ reason: { code: 'runner-lost' } });
});

describe('a real inside', () => {
  test('answers requests made at once one after the other', async () => {
    const copy = copyOf('plain', 'echo a > a; ln -s a l; head -c 3000000 /dev/zero > big');
    copy.edit('echo b > a');
    const { reader } = copy;
    const [changes, now, old, link, big] = await Promise.all([
      reader.changes(),
      reader.read('a', 'new').toArray(),
      reader.read('a', 'old').toArray(),
      reader.read('l', 'new').toArray(),
      reader.read('big', 'new').toArray(),
    ]);
    expect(changes.changes.map(({ path }) => path)).toEqual(['a']);
    expect([now, old, link].map((chunks) => Buffer.concat(chunks).toString())).toEqual(['b\n', 'a\n', 'a']);
    expect(Buffer.concat(big)).toEqual(Buffer.alloc(3_000_000));
  });

  test('goes on with the next request when a stream is given up in the middle', async () => {
    const copy = copyOf('plain', 'truncate -s 5G huge; echo a > a');
    for await (const chunk of copy.reader.read('huge', 'new')) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(Buffer.concat(await copy.reader.read('a', 'new').toArray()).toString()).toBe('a\n');
  });

  test('takes the contents of an old side along, and only as they were announced', async () => {
    const copy = copyOf('plain', 'echo a > a; echo b > b');
    copy.edit('echo 2 > a; echo 2 > b');
    const side = { mode: '100644', sha256: '1'.repeat(64), size: 300_002, binary: false } as const;
    const base = [{ path: 'a', side }];
    const sent = (...chunks: string[]) => [
      {
        ...side,
        open: async function* () {
          for (const chunk of chunks) yield Buffer.from(chunk);
        },
      },
    ];
    const patch = async (contents?: ReturnType<typeof sent>) =>
      Buffer.concat(await copy.reader.patch(undefined, base, contents).toArray()).toString();
    const applied = await patch(sent('1\n', 'x'.repeat(300_000)));
    expect(applied).toContain(`-1\n-${'x'.repeat(300_000)}\n`);
    expect(applied).toContain('-b\n+2\n');
    await expect(patch()).rejects.toMatchObject({ code: 'change-unknown' });
    expect((await copy.reader.changes({ base })).changes.map(({ path }) => path)).toEqual(['a', 'b']);
    await expect(patch(sent('1\n'))).rejects.toMatchObject({ code: 'protocol' });
    await expect(copy.reader.changes()).rejects.toMatchObject({ code: 'protocol' });
  });

  test.each([
    ['what is not there', 'none', 'change-unknown'],
    ['a folder', 'd', 'change-unknown'],
    ['a FIFO', 'fifo', 'change-unknown'],
  ])('refuses to read %s and stays usable', async (_, path, code) => {
    const copy = copyOf('plain', 'mkdir d; mkfifo fifo; echo a > a');
    await expect(copy.reader.read(path, 'new').toArray()).rejects.toMatchObject({ code });
    expect(Buffer.concat(await copy.reader.read('a', 'new').toArray()).toString()).toBe('a\n');
  });
});
