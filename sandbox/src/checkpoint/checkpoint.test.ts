// Checkpoints of real overlays and plain copies, in this process.
import { describe, expect, test } from 'vitest';
import { checkpointed } from './testing.js';

const original = `
  mkdir -p folder/deep empty .git/objects build
  echo one > folder/one; echo two > folder/deep/two; echo top > top; chmod 755 top
  ln -s top link; echo 'ref: refs/heads/main' > .git/HEAD; echo build/ > .gitignore; echo out > build/out
`;

describe.each(['overlay', 'plain'] as const)('in a copy that is %s', (kind) => {
  test.each([
    ['an edit', 'echo more >> top'],
    ['a new file in a new folder', 'mkdir -p new/a; echo x > new/a/b'],
    ['an empty file', ': > new'],
    ['a deleted file', 'rm top'],
    ['a deleted folder', 'rm -r folder'],
    ['a folder that was deleted and made again', 'rm -r folder; mkdir folder; echo other > folder/other'],
    ['an empty folder', 'mkdir -p hollow/inner'],
    ['a mode', 'chmod 600 top'],
    ["a folder's mode", 'chmod 700 folder; chmod 555 empty'],
    ['a link to elsewhere', 'ln -sfn folder/one link'],
    ['a link to nowhere', 'ln -s /no/such/place dangling'],
    ['a file for a link', 'rm link; echo text > link'],
    ['a folder for a file', 'rm top; mkdir top; echo x > top/x'],
    ['a file for a folder', 'rm -r folder; echo x > folder'],
    ['a link for a folder, to one like it', 'mv folder moved; ln -s moved folder'],
    ['a rename', 'mv folder/one folder/three'],
    ['a renamed folder', 'mv folder elsewhere'],
    [
      'names that are no text',
      String.raw`mkdir $'caf\xe9'; echo x > $'caf\xe9/\xff\xfe'; ln -s $'\xe9' $'l\xe9'; rm top`,
    ],
    [
      'names with line ends, quotes and tags',
      String.raw`echo x > $'a\nb'; echo y > $'"\\\u202e'; echo z > $'\U000e0041'`,
    ],
    ['what Git ignores', 'echo new > build/new; rm build/out'],
    ["Git's own data", 'echo abc > .git/index; echo other > .git/HEAD; mkdir .git/objects/ab'],
    ['a file that nobody may read', 'echo secret > closed; chmod 000 closed'],
    ['a folder that nobody may enter', 'mkdir closed; echo x > closed/x; chmod 000 closed'],
    ['bytes', 'head -c 700000 /dev/urandom > bytes'],
  ])('%s comes back, and goes again', async (_, script) => {
    const copy = checkpointed(kind, original);
    const before = copy.tree();
    expect(await copy.checkpoint('before')).toMatchObject({ skipped: [] });
    copy.edit(script);
    const after = copy.tree();
    expect(after).not.toEqual(before);
    await copy.checkpoint('after');
    expect((await copy.restore('before')).conflicts).toEqual([]);
    expect(copy.tree()).toEqual(before);
    expect((await copy.restore('after')).conflicts).toEqual([]);
    expect(copy.tree()).toEqual(after);
    copy.edit('chmod -R u+rwx . ; rm -rf ./* .git; echo ruin > folder');
    expect((await copy.restore('after')).conflicts).toEqual([]);
    expect(copy.tree()).toEqual(after);
  });
});
