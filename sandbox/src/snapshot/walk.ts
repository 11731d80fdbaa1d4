// Lists a folder with nothing but Node, where GNU find is missing.
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { decodePath, encodePath } from '../paths.js';

/** Longest stretch of synchronous work, in milliseconds, so that the engine's answers are handled meanwhile. */
const SLICE_MS = 8;

/** Records as in `listing.ts`. */
export async function walkRecords(root: string): Promise<Buffer> {
  const records = ['', describe(lstatSync(root))];
  const folders = [''];
  let sliceEnd = performance.now() + SLICE_MS;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const names = namesIn(root, folder);
    if (!names) records.push(folder, '! 0 0 0 0 0');
    for (const name of names ?? []) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const found = lstatSync(encodePath(`${root}/${path}`), { throwIfNoEntry: false });
      if (!found) continue;
      records.push(path, describe(found));
      if (found.isDirectory()) folders.push(path);
      if (performance.now() > sliceEnd) {
        await setImmediate();
        sliceEnd = performance.now() + SLICE_MS;
      }
    }
  }
  return Buffer.concat(records.flatMap((field) => [encodePath(field), Buffer.of(0)]));
}

/** Undefined where the folder may not be read; nothing where it is gone. */
function namesIn(root: string, folder: string): string[] | undefined {
  try {
    return readdirSync(encodePath(`${root}/${folder}`), { encoding: 'buffer' }).map(decodePath);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? [] : undefined;
  }
}

function describe(found: Stats): string {
  const mode = (found.mode & 0o7777).toString(8);
  return `${kindOf(found)} ${mode} ${found.size} ${found.mtimeMs / 1000} ${found.ctimeMs / 1000} ${found.ino}`;
}

function kindOf(entry: Stats): string {
  return entry.isFile() ? 'f' : entry.isDirectory() ? 'd' : entry.isSymbolicLink() ? 'l' : '?';
}
