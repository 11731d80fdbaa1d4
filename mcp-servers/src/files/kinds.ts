// What a directory entry is.
import type { Dirent, Stats } from 'node:fs';
import * as z from 'zod';

export const kindSchema = z.enum(['file', 'directory', 'link', 'fifo', 'socket', 'device']);
type Kind = z.infer<typeof kindSchema>;

export function kindOf(entry: Stats | Dirent<Buffer>): Kind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isFIFO()) return 'fifo';
  if (entry.isSocket()) return 'socket';
  return 'device';
}
