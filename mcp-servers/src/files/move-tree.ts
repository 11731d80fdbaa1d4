// Renaming that also works where the kernel cannot rename in one step.
import type { Stats } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readlink, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { childOf } from './place.js';

/**
 * Moves a file, link or folder to a path where no folder is. EXDEV comes from another device, and from overlayfs for a
 * folder of its lower layer (kernel documentation, overlayfs.rst, "Renaming directories"): then the folder is made
 * anew and its entries move one by one.
 */
export async function moveTree(from: Buffer, to: Buffer): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    const stats = await lstat(from);
    if (stats.isDirectory()) await moveFolder(from, to, stats);
    else if (stats.isSymbolicLink())
      await moveByCopy(from, async () => symlink(await readlink(from, { encoding: 'buffer' }), to));
    else if (stats.isFile()) await moveByCopy(from, () => copyFile(from, to));
    else throw error;
  }
}

async function moveFolder(from: Buffer, to: Buffer, { mode }: Stats): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(from, { encoding: 'buffer' }))
    await moveTree(childOf(from, name), childOf(to, name));
  await chmod(to, mode & 0o7777);
  await rmdir(from);
}

async function moveByCopy(from: Buffer, copy: () => Promise<void>): Promise<void> {
  await copy();
  await rm(from);
}
