// The one place that opens files for reading.
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { ToolError } from '../kit/index.js';
import { kindOf } from './kinds.js';
import { showPath, showSize } from './names.js';
import type { Place } from './root.js';

/** Whole files are read and edited up to this size: 16 MiB, far above what people write by hand. */
const maxWholeFile = 16 * 1024 * 1024;

/**
 * Opens a regular file. Opening a FIFO would wait for its writer, opening a device can do anything: both are looked at
 * first, and the flags cover a swap in between.
 */
export async function openFile(place: Place): Promise<{ handle: FileHandle; stats: Stats }> {
  refuseUnlessFile(place, await stat(place.bytes));
  const handle = await open(place.bytes, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const stats = await handle.stat();
    refuseUnlessFile(place, stats);
    return { handle, stats };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** All bytes of a regular file of at most `maxWholeFile`. */
export async function readWhole(place: Place): Promise<{ bytes: Buffer; stats: Stats }> {
  const { handle, stats } = await openFile(place);
  try {
    refuseAbove(place, stats.size);
    const bytes = await handle.readFile();
    refuseAbove(place, bytes.length);
    return { bytes, stats };
  } finally {
    await handle.close();
  }
}

/** Throws unless `stats` are those of a regular file. */
export function refuseUnlessFile({ path }: Place, stats: Stats): void {
  if (stats.isFile()) return;
  const kind = kindOf(stats);
  throw new ToolError(
    kind === 'directory' ? 'is-a-directory' : 'not-a-file',
    `${showPath(path)} is a ${kind}, not a file.`,
    kind === 'directory' ? 'Use list_directory or tree for a folder.' : 'Leave it: only regular files hold text.',
  );
}

function refuseAbove({ path }: Place, size: number): void {
  if (size <= maxWholeFile) return;
  throw new ToolError(
    'too-large',
    `${showPath(path)} is ${showSize(size)}; the limit here is ${showSize(maxWholeFile)}.`,
    'Search it with grep, read parts of it with read_file, or change it with a command.',
  );
}
