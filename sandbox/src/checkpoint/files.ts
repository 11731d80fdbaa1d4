// Files of the host that are there as a whole, or not at all, whenever the machine stops.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SandboxError } from '../errors.js';

export function newId(): string {
  return randomBytes(8).toString('hex');
}

export function makeFolder(folder: string): Promise<void> {
  return guard(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  });
}

/** Resolves when the file is on disk under its name. */
export function writeDurably(folder: string, name: string, text: string): Promise<void> {
  return guard(async () => {
    const temporary = join(folder, `${name}.${newId()}.tmp`);
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameDurably(temporary, join(folder, name));
  });
}

export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  if (process.platform === 'win32') return;
  const folder = await open(dirname(to), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The same file under a second name; a copy where the file system has no links. One that is there already stays. */
export function linkOrCopy(from: string, to: string): Promise<void> {
  return guard(async () => {
    try {
      await link(from, to);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return;
      if (code === 'ENOENT') throw error;
      const temporary = `${to}.${newId()}.tmp`;
      await copyFile(from, temporary, constants.COPYFILE_FICLONE);
      await renameDurably(temporary, to);
    }
  });
}

/** Turns what the host's file system refuses into `disk-full` or `checkpoint-failed`. */
export async function guard<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof SandboxError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new SandboxError(
        'disk-full',
        `There is no room to keep the checkpoint: ${message}.`,
        "Free space on the disk of Cofferdam's state folder.",
        { cause },
      );
    }
    throw new SandboxError(
      'checkpoint-failed',
      `The checkpoint's files cannot be written or read: ${message}.`,
      "See that Cofferdam's state folder can be written to.",
      { cause },
    );
  }
}
