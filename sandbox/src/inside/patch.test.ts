import { execFileSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { bash, type Copy, copyOf } from './testing.js';

/** Every file below a folder: name, mode and content, as bytes in hex. */
function snapshot(folder: string): string {
  return bash(
    `find . -path ./.git -prune -o \\( -type f -o -type l \\) -print0 | LC_ALL=C sort -z | while IFS= read -r -d '' f; do
      printf %s "$f" | xxd -p | tr -d '\\n'
      if [ -L "$f" ]; then echo " link $(readlink "$f" | xxd -p)"; else echo " $(stat -c %A "$f" | cut -c4) $(sha256sum < "$f")"; fi
    done`,
    folder,
  );
}

async function applyTo(folder: string, copy: Copy): Promise<void> {
  const input = Buffer.concat(await copy.reader.patch().toArray());
  execFileSync('git', ['apply', '--whitespace=nowarn'], { cwd: folder, input });
}

const original = `echo a > a; seq 100 > 'with space'; printf 'bin\\0ary' > bin; mkdir -p d/e; echo move me > d/e/f
  ln -s a link; echo x > script; printf 'no newline' > end; echo latin > $'caf\\xe9'; echo q > $'q"uote\\n'; echo g > gone`;

test('git apply turns a clone into what the session has, whatever the names', async () => {
  const copy = copyOf('overlay', `${original}; git init -q; git add .; git commit -qm x`);
  copy.edit(`sed -i 5d 'with space'; printf 'b\\0\\xff' > bin; mv d/e/f d/e/g; ln -sfn d link; chmod +x script; rm gone
    echo more >> end; echo more >> $'caf\\xe9'; echo more >> $'q"uote\\n'; echo 🚧 > $'🚧\\t\\\\'; : > empty
    echo bytes > $'\\xff\\xfe'; mkdir -p new/deep; ln -s ../a new/deep/link; echo x > $'new/tab\\tx'; rm a; mkdir a; echo x > a/b
    head -c 300000 /dev/urandom > random; echo dash > ./--stat`);
  bash(`git clone -q ${copy.lower} ${copy.lower}/../clone`, '/');
  await applyTo(`${copy.lower}/../clone`, copy);
  expect(snapshot(`${copy.lower}/../clone`)).toBe(snapshot(copy.workspace));
});

test('a rename, a mode and a link are written as such', async () => {
  const copy = copyOf('overlay', original);
  copy.edit('mv a b; chmod +x script; ln -s b l2');
  const patch = await text(copy.reader.patch());
  expect(patch).toContain('similarity index 100%\nrename from a\nrename to b\n');
  expect(patch).toContain('old mode 100644\nnew mode 100755\n');
  expect(patch).toContain('new file mode 120000\n');
});

test('only the named changes are in it', async () => {
  const copy = copyOf('overlay', original);
  copy.edit('echo more >> a; echo more >> end; mv gone went');
  const patch = await text(copy.reader.patch(['end', 'went']));
  expect(patch.match(/^diff --git .*$/gm)).toEqual(['diff --git a/end b/end', 'diff --git a/gone b/went']);
  await expect(text(copy.reader.patch(['bin']))).rejects.toMatchObject({ code: 'change-unknown' });
});

test('no change makes no patch', async () => {
  const copy = copyOf('overlay', original);
  expect(await text(copy.reader.patch())).toBe('');
});

test('a file too large for a patch is named', async () => {
  const copy = copyOf('overlay', original);
  copy.edit('truncate -s 300M huge');
  await expect(text(copy.reader.patch())).rejects.toThrow('"huge" has 314572800 bytes');
});
