// Files of the state folder that are there as a whole or not at all, also after the power failed.
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Returns once the file with what `write` writes is on disk, in place of an older one. Only this user may read it. */
export async function replaceFile(file: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(`${file}.tmp`, 'w', 0o600);
  try {
    await write(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.tmp`, file);
  await syncFolder(dirname(file));
}

/** Returns once the names in a folder are on disk. */
export async function syncFolder(folder: string | Buffer): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
