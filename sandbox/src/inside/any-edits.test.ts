// Random edits on an overlay, against a comparison of the two whole trees that shares nothing with the reader.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyOf } from './testing.js';

type Contents = Map<string, string>;

function contentsOf(root: string, folder = ''): Contents {
  const contents: Contents = new Map();
  for (const name of readdirSync(join(root, folder))) {
    const path = join(folder, name);
    const stats = lstatSync(join(root, path));
    if (stats.isDirectory()) for (const entry of contentsOf(root, path)) contents.set(...entry);
    else if (stats.isSymbolicLink()) contents.set(path, `120000 ${hash(readlinkSync(join(root, path)))}`);
    else contents.set(path, `${stats.mode & 0o100 ? '100755' : '100644'} ${hash(readFileSync(join(root, path)))}`);
  }
  return contents;
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A small linear congruential generator, so that a failure can be repeated. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** A bash script of edits on a handful of names, so that they meet often; what cannot be done is passed over. */
function edits(roll: (sides: number) => number, count: number): string {
  const name = () => ['a', 'b', 'c', 'd'][roll(4)];
  const path = () => Array.from({ length: 1 + roll(3) }, name).join('/');
  const edit = () => {
    const [one, other] = [path(), path()];
    return [
      `mkdir -p ${one}`,
      `echo ${roll(5)} > ${one}`,
      `echo ${roll(5)} > ${one}`,
      `rm -rf ${one}`,
      `mv -T ${one} ${other}`,
      `mv ${one} ${other}`,
      `cp -rT ${one} ${other}`,
      `chmod ${roll(2) ? '+' : '-'}x ${one}`,
      `ln -sfn ${other} ${one}`,
      `rm -rf ${one}; mkdir -p ${one}; echo ${roll(5)} > ${one}/${name()}`,
    ][roll(10)];
  };
  return Array.from({ length: count }, () => `{ ${edit()}; } 2>/dev/null || true`).join('\n');
}

test.each(Array.from({ length: 25 }, (_, seed) => seed))(
  'edits of seed %i are all found, and nothing else',
  async (seed) => {
    const roll = dice(seed);
    const copy = copyOf('overlay', edits(roll, 60));
    copy.edit(edits(roll, 40));
    const [old, now] = [contentsOf(copy.lower), contentsOf(copy.workspace)];
    const expected = new Set([...old.keys(), ...now.keys()].filter((path) => old.get(path) !== now.get(path)));
    const { changes } = await copy.reader.changes();
    expect(new Set(changes.flatMap(({ path, from }) => [path, from ?? path]))).toEqual(expected);
    for (const { path, from = path, oldMode, oldSha256, newMode, newSha256 } of changes) {
      expect(oldMode === null ? undefined : `${oldMode} ${oldSha256}`).toBe(old.get(from));
      expect(newMode === null ? undefined : `${newMode} ${newSha256}`).toBe(now.get(path));
    }
  },
);
