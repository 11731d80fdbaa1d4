import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { bash, type Copy, type CopyKind, copyOf } from './testing.js';

const kinds: CopyKind[] = ['overlay', 'plain'];
/** Each change as `kind path` or `kind from -> path`. */
async function changesOf(copy: Copy, options?: { includeIgnored?: boolean }): Promise<string[]> {
  const { changes } = await copy.reader.changes(options);
  return changes.map(({ kind, from, path }) => `${kind} ${from === undefined ? '' : `${from} -> `}${path}`);
}

describe.each(kinds)('in the %s copy of a workspace', (kind) => {
  test.each([
    ['nothing', 'true', []],
    ['a new file', 'echo x > new', ['added new']],
    ['a file in new folders', 'mkdir -p x/y; echo x > x/y/z', ['added x/y/z']],
    ['an edit', 'echo more >> a', ['modified a']],
    ['an edit of the same size', 'echo A > a', ['modified a']],
    ['a rewrite with the same content', 'cp a t; cat t > a; rm t', []],
    ['a new time', 'touch a d/b', []],
    ['the executable bit', 'chmod +x a', ['mode a']],
    ['other permissions', 'chmod 600 a', []],
    ['a deleted file', 'rm d/b', ['deleted d/b']],
    ['a deleted folder', 'rm -r d', ['deleted d/b', 'deleted d/deep/c']],
    ['a folder made anew', 'rm -r d; mkdir d; echo new > d/b', ['modified d/b', 'deleted d/deep/c']],
    ['a folder made anew as it was', 'cp -r d t; rm -r d; mv t d', []],
    ['an empty folder', 'mkdir e', []],
    ['a moved file', 'mv d/b moved', ['renamed d/b -> moved']],
    ['a moved folder', 'mv d e', ['renamed d/b -> e/b', 'renamed d/deep/c -> e/deep/c']],
    ['a moved empty file', 'mv empty void', ['deleted empty', 'added void']],
    ['a new link', 'ln -s a l2', ['symlink l2']],
    ['another target', 'ln -sfn d link', ['symlink link']],
    ['a deleted link', 'rm link', ['deleted link']],
    ['a link in the place of a file', 'rm a; ln -s d/b a', ['symlink a']],
    ['a file in the place of a link', 'rm link; echo x > link', ['modified link']],
    ['a link in the place of a folder', 'rm -r d; ln -s /etc d', ['symlink d', 'deleted d/b', 'deleted d/deep/c']],
    ['a file in the place of a folder', 'rm -r d; echo x > d', ['added d', 'deleted d/b', 'deleted d/deep/c']],
    ['a folder in the place of a file', 'rm a; mkdir a; echo x > a/f', ['deleted a', 'added a/f']],
    ['a commit', 'git init -q; git add .; git commit -qm x', []],
  ])('%s is seen as it is', async (_, script, expected) => {
    const copy = copyOf(kind, 'echo a > a; : > empty; mkdir -p d/deep; echo b > d/b; echo c > d/deep/c; ln -s a link');
    copy.edit(script);
    expect(await changesOf(copy)).toEqual(expected);
  });

  test('a rename keeps to its name where several files are alike', async () => {
    const copy = copyOf(kind, 'mkdir d; echo same > d/one; echo same > d/two');
    copy.edit('mv d e; mv e/one e/zero');
    expect(await changesOf(copy)).toEqual(['renamed d/two -> e/two', 'renamed d/one -> e/zero']);
  });

  test('both sides are described', async () => {
    const copy = copyOf(kind, 'printf abc > f');
    copy.edit("printf 'a\\0b' > f; chmod +x f");
    expect((await copy.reader.changes()).changes).toEqual([
      {
        path: 'f',
        kind: 'modified',
        oldMode: '100644',
        newMode: '100755',
        oldSha256: bash('printf abc | sha256sum', '/').slice(0, 64),
        newSha256: bash("printf 'a\\0b' | sha256sum", '/').slice(0, 64),
        oldSize: 3,
        newSize: 3,
        binary: true,
      },
    ]);
  });

  test('what cannot be a file of a repository is skipped, and nothing waits for it', async () => {
    const copy = copyOf(kind, 'echo a > a');
    copy.edit('rm a; mkfifo a; python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\'s\')"; mkdir git~1');
    expect(await copy.reader.changes()).toEqual({
      changes: [],
      ignored: 0,
      skipped: [
        { path: 'a', reason: 'it is neither a file nor a folder nor a link' },
        { path: 'git~1', reason: 'some file systems take its name for .git' },
        { path: 's', reason: 'it is neither a file nor a folder nor a link' },
      ],
    });
  });

  test('a folder of many files is compared name by name', async () => {
    const copy = copyOf(kind, 'mkdir many; cd many; seq 20000 | xargs touch');
    copy.edit('cd many; rm 7 19999; echo x > 8; echo x > 20001');
    expect(await changesOf(copy)).toEqual([
      'deleted many/19999',
      'added many/20001',
      'deleted many/7',
      'modified many/8',
    ]);
  });

  describe('of a Git repository', () => {
    const repository = `git init -q; printf '*.log\\nbuild/\\n!keep.log\\n' > .gitignore
      mkdir -p build src; echo t > build/tracked; echo t > src/tracked.log; echo i > src/i.log; echo i > old.log
      git add -f .gitignore build/tracked src/tracked.log; git commit -qm x`;

    test('ignored files are counted and left out, tracked ones never', async () => {
      const copy = copyOf(kind, repository);
      copy.edit(`echo x > new.log; echo x > keep.log; echo x >> src/i.log; echo x >> src/tracked.log; rm old.log
        echo x >> build/tracked; echo x > build/out; mkdir node_modules; echo x > node_modules/a; echo node_modules >> .gitignore`);
      expect(await changesOf(copy)).toEqual([
        'modified .gitignore',
        'modified build/tracked',
        'added keep.log',
        'modified src/tracked.log',
      ]);
      // new.log, src/i.log, old.log, build/out, node_modules
      expect((await copy.reader.changes()).ignored).toBe(5);
    });

    test('ignored files are listed when asked for', async () => {
      const copy = copyOf(kind, repository);
      copy.edit('mkdir build/deep; echo x > build/deep/out; rm old.log');
      expect(await changesOf(copy, { includeIgnored: true })).toEqual(['added build/deep/out', 'deleted old.log']);
    });

    test('names that Git could take for patterns, magic or options are names', async () => {
      const copy = copyOf(kind, repository);
      copy.edit(`echo 1 > ':(icase)x'; echo 2 > '!keep.log'; echo 3 > ./--stdin; echo 4 > $'a\\nb'; echo 5 > ':x.log'`);
      expect(await changesOf(copy)).toEqual(['added --stdin', 'added :(icase)x', 'added a\nb']);
    });

    test('what lay behind a new link is reported without asking Git about it', async () => {
      const copy = copyOf(kind, repository);
      copy.edit('rm -r src; ln -s /etc src');
      expect(await changesOf(copy)).toEqual(['symlink src', 'deleted src/i.log', 'deleted src/tracked.log']);
    });

    test('nothing a session writes into .git is reported, believed or run', async () => {
      const copy = copyOf(kind, repository);
      copy.edit(`git rm -q --cached src/tracked.log; echo edit >> src/tracked.log; echo '*' > all
        echo '* filter=x diff=x' > .gitattributes
        cat >> .git/config <<END
[core]
  fsmonitor = touch $PWD/canary; false
  hooksPath = $PWD/hooks
  excludesFile = $PWD/all
[filter "x"]
  clean = touch $PWD/canary
  process = touch $PWD/canary
[diff "x"]
  textconv = touch $PWD/canary
  command = touch $PWD/canary
END`);
      const expected = ['added .gitattributes', 'added all', 'modified src/tracked.log'];
      expect(await changesOf(copy)).toEqual(expected);
      expect(await text(copy.reader.patch())).toContain('+edit');
      expect(await changesOf(copy)).toEqual(expected);
    });
  });
});

describe('while a session goes on writing', () => {
  test('a folder swapped for a link never leads out of the workspace', async () => {
    const copy = copyOf('overlay', 'mkdir -p d; echo inside > d/hostname');
    copy.edit('echo edit >> d/hostname');
    await copy.reader.changes();
    copy.edit('mv d e; ln -s /etc d');
    const content = copy.reader.read('d/hostname', 'new');
    await expect(content.toArray()).rejects.toMatchObject({ code: 'change-unknown' });
  });
});
