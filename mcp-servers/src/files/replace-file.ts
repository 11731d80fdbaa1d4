// The one place that writes files.
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { access, constants, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodePath, encodePath } from '@cofferdam/sandbox';
import { refuseUnlessFile } from './open.js';
import type { Place } from './root.js';

/**
 * Puts `bytes` in the place of a file in one step, so that readers see the old content or the new one. Keeps an old
 * file's permissions and owner; makes missing folders. Returns what was there before.
 */
export async function replaceFile(place: Place, bytes: Buffer): Promise<Stats | undefined> {
  const old = await lookAt(place);
  if (old) {
    refuseUnlessFile(place, old);
    await access(place.bytes, constants.W_OK); // a rename would replace a read-only file
  }
  const folder = dirname(decodePath(place.bytes));
  await mkdir(encodePath(folder), { recursive: true });
  const temporary = encodePath(`${folder}/.cofferdam-${randomBytes(8).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', old ? 0o600 : 0o666);
    try {
      await handle.writeFile(bytes);
      if (old) {
        if (process.getuid?.() === 0) await handle.chown(old.uid, old.gid); // before chmod: it clears set-user-ID
        await handle.chmod(old.mode & 0o7777);
      }
    } finally {
      await handle.close();
    }
    await rename(temporary, place.bytes);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return old;
}

/** What is at a place, links not followed; undefined when nothing is. */
export async function lookAt(place: Place): Promise<Stats | undefined> {
  try {
    return await lstat(place.bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
